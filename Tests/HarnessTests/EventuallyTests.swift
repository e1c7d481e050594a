import Dispatch
import TestSupport
import Testing

@Suite struct EventuallyTests {
  @Test func `a result found at the third attempt is returned`() async throws {
    var attempts = 0
    let found = try await eventually("the third attempt") { () -> String? in
      attempts += 1
      return attempts == 3 ? "found" : nil
    }
    #expect(found == "found")
    #expect(attempts == 3)
  }

  @Test func `a condition that stays false throws an error that names it`() async throws {
    let error = await #expect(throws: HarnessError.self) { try await eventually("rain", within: 0.02) { false } }
    #expect(error?.description == "rain: not within 0.02 s")
  }

  @Test func `an error thrown by the condition ends the wait`() async throws {
    await #expect(throws: CancellationError.self) { try await eventually("rain") { throw CancellationError() } }
  }

  @MainActor @Test func `a nested wait evaluates its condition on the caller's actor`() async throws {
    nonisolated(nonsending) func wait(_ condition: () -> Bool) async throws {
      try await eventually("the third attempt") { condition() }
    }
    let isMain = DispatchSpecificKey<Bool>()
    DispatchQueue.main.setSpecific(key: isMain, value: true)
    defer { DispatchQueue.main.setSpecific(key: isMain, value: nil) }
    var attempts: [Bool] = []
    try await wait {
      attempts.append(DispatchQueue.getSpecific(key: isMain) == true)
      return attempts.count == 3
    }
    #expect(attempts == [true, true, true])
  }
}
