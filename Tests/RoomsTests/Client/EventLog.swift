import Harness
import Rooms

/// Collects events as they arrive.
final class EventLog<Element: Sendable>: Sendable {
  private let watched = Watched<[Element]>([])
  private let hasEnded = Watched(false)
  private let task: Task<Void, Never>

  init(_ events: BoundedEvents<Element>) {
    task = Task { [watched, hasEnded] in
      for await event in events { watched.update { $0.append(event) } }
      hasEnded.update { $0 = true }
    }
  }

  deinit { task.cancel() }

  var current: [Element] { watched.current }

  /// Waits for the first event for which `pick` returns a value, and removes it and all earlier events.
  @discardableResult
  func next<Found: Sendable>(
    _ what: String, within limit: Duration = .seconds(20), _ pick: @escaping @Sendable (Element) -> Found?
  ) async throws -> Found {
    try await watched.first(what, within: limit) { events in
      for (index, event) in events.enumerated() {
        guard let found = pick(event) else { continue }
        events.removeSubrange(...index)
        return found
      }
      return nil
    }
  }

  /// Waits for the end of the sequence.
  func end(within limit: Duration = .seconds(20)) async throws {
    try await hasEnded.first("the end of the events", within: limit) { $0 ? () : nil }
  }
}
