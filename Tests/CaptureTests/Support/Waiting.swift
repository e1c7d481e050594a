import Media

/// Waits until `condition` gives something, looking every few milliseconds.
func eventually<Result>(
  _ what: String, within limit: Double = 5, _ condition: () throws -> Result?
) async throws -> Result {
  let deadline = MediaTime.now + .seconds(limit)
  while true {
    if let result = try condition() { return result }
    if MediaTime.now > deadline { throw TestFailure("waited \(limit) s in vain for \(what)") }
    try await Task.sleep(nanoseconds: 3_000_000)
  }
}

func eventually(_ what: String, within limit: Double = 5, _ condition: () throws -> Bool) async throws {
  _ = try await eventually(what, within: limit) { try condition() ? true : nil }
}
