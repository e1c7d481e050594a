import Harness

/// Waiting for what no event tells.
enum Condition {
  /// Looks every few milliseconds whether `holds`.
  /// - Throws: `HarnessError` naming `what` when it does not after `limit` seconds.
  static func wait(
    _ what: String, within limit: Double = 20, until holds: () async throws -> Bool
  ) async throws {
    let deadline = MonotonicClock.seconds + limit
    while try await !holds() {
      guard MonotonicClock.seconds < deadline else { throw HarnessError("\(what): not within \(limit) s") }
      try await Task.sleep(for: .milliseconds(3))
    }
  }
}
