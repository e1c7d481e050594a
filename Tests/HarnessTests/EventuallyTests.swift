import Dispatch
import TestSupport
import Testing

@Suite struct EventuallyTests {
  @Test func `what is found at the third look is returned`() async throws {
    var looks = 0
    let found = try await eventually("the third look") { () -> String? in
      looks += 1
      return looks == 3 ? "found" : nil
    }
    #expect(found == "found")
    #expect(looks == 3)
  }

  @Test func `a condition that never holds ends in an error that names it`() async throws {
    let error = await #expect(throws: HarnessError.self) { try await eventually("rain", within: 0.02) { false } }
    #expect(error?.description == "rain: not within 0.02 s")
  }

  @Test func `a condition that throws ends the wait with its error`() async throws {
    await #expect(throws: CancellationError.self) { try await eventually("rain") { throw CancellationError() } }
  }

  @MainActor @Test func `every look of a wait within a wait is on the caller's actor`() async throws {
    nonisolated(nonsending) func wait(_ condition: () -> Bool) async throws {
      try await eventually("the third look") { condition() }
    }
    let isMain = DispatchSpecificKey<Bool>()
    DispatchQueue.main.setSpecific(key: isMain, value: true)
    defer { DispatchQueue.main.setSpecific(key: isMain, value: nil) }
    var looks: [Bool] = []
    try await wait {
      looks.append(DispatchQueue.getSpecific(key: isMain) == true)
      return looks.count == 3
    }
    #expect(looks == [true, true, true])
  }
}
