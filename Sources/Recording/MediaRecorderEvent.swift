internal import Media

/// Events of a recorder, in the W3C's order: start, then dataavailable any number of times, then stop.
public enum MediaRecorderEvent: Sendable {
  case start
  /// Bytes of the recording; all of them joined are the file. `timecode` is in milliseconds from the start.
  case dataavailable(data: [UInt8], timecode: Double)
  case pause
  case resume
  case stop
  case error(MediaRecorderError)
  /// Something works less well than it should; the recording continues.
  case warning(code: String, message: String)
}

/// Warns once that the disk or pipe is too slow for the recording.
final class SlowOutputWarning: Sendable {
  private let events: EventBroadcaster<MediaRecorderEvent>
  private let hasWarned = Monitor(false)

  init(_ events: EventBroadcaster<MediaRecorderEvent>) { self.events = events }

  func send() {
    let isFirst = hasWarned.withLock { hasWarned in
      defer { hasWarned = true }
      return !hasWarned
    }
    guard isFirst else { return }
    events.send(
      .warning(
        code: "slowOutput",
        message: "the disk or pipe is too slow for the recording; frames are dropped until it catches up"))
  }
}
