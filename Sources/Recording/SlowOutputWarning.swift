internal import Media

/// Says once that the output takes a recording too slowly.
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
        message: "the disk or pipe takes the recording too slowly; frames are left out until it catches up"))
  }
}
