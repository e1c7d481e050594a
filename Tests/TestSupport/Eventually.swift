/// Waits until `condition` returns a value, and returns it; for changes that no event reports. Calls `condition` every few
/// milliseconds, in the caller's isolation.
/// - Parameters:
///   - what: the expected change, for the error.
///   - limit: seconds after which it gives up. It keeps a failing test from hanging, and is no requirement on speed.
/// - Throws: `HarnessError` naming `what` after `limit`; any error of `condition`.
package nonisolated(nonsending) func eventually<Found>(
  _ what: @autoclosure () -> String, within limit: Double = 30,
  _ condition: nonisolated(nonsending) () async throws -> Found?
) async throws -> Found {
  let deadline = MonotonicClock.seconds + limit
  var isLast = false
  while true {
    if let found = try await condition() { return found }
    if isLast { throw HarnessError("\(what()): not within \(limit) s") }
    try await Task.sleep(for: .milliseconds(5))
    // This must stay between the sleep and the next call, since it brings the task back to the caller's actor. From a sleep
    // directly into a `nonisolated(nonsending)` call the compiler (6.3) omits the hop, and the condition runs on no actor.
    isLast = MonotonicClock.seconds >= deadline
  }
}

/// Waits until `condition` is true, checking it every few milliseconds.
package nonisolated(nonsending) func eventually(
  _ what: @autoclosure () -> String, within limit: Double = 30,
  _ condition: nonisolated(nonsending) () async throws -> Bool
) async throws {
  _ = try await eventually(what(), within: limit) { try await condition() ? true : nil }
}
