import RoomFuzzChecks
import TestSupport
import Testing

/// What the fuzzer starts from, and all that it has ever stumbled over.
@Suite struct FuzzReplayTests {
  @Test func `every file that the fuzzer knows passes its checks`() throws {
    let files = try FuzzCorpus.files("Room")
    for file in files { RoomChecks.check(file) }
    #expect(files.count > 15)
  }
}
