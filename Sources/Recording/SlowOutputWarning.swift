internal import Media

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
