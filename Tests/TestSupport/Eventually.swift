/// Waits until `condition` finds something, and returns it: for what no event tells. Looks every few milliseconds, where the
/// caller is isolated.
/// - Parameters:
///   - what: what is waited for, in the error's words.
///   - limit: after how many seconds there is no hope left. It keeps a test that fails from hanging, and judges nothing.
/// - Throws: `HarnessError` naming `what` after `limit`; whatever `condition` throws.
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
    // Between the sleep and the next look, for it brings the task back to the caller's actor: from a sleep straight into a
    // `nonisolated(nonsending)` call, the compiler (6.3) leaves out the hop, and the condition runs on no actor.
    isLast = MonotonicClock.seconds >= deadline
  }
}

/// Waits until `condition` holds, looking every few milliseconds.
package nonisolated(nonsending) func eventually(
  _ what: @autoclosure () -> String, within limit: Double = 30,
  _ condition: nonisolated(nonsending) () async throws -> Bool
) async throws {
  _ = try await eventually(what(), within: limit) { try await condition() ? true : nil }
}
