import Media

/// A source's events since the log was created.
final class EventLog: Sendable {
  private let state = Monitor<[MediaSourceEvent]>([])

  init(_ source: any MediaSource) {
    let events = source.events.listen()
    let state = state
    Task { for await event in events { state.withLock { $0.append(event) } } }
  }

  var all: [MediaSourceEvent] { state.withLock { $0 } }

  var warnings: [String] {
    all.compactMap { event in
      if case .warning(let code, _) = event { code } else { nil }
    }
  }
}
