import RoomFuzzChecks
import TestSupport
import Testing

/// The fuzzer's corpus, and the inputs of all crashes it has found.
@Suite struct FuzzReplayTests {
  @Test func `every file of the fuzzer's corpus and crashes passes its checks`() throws {
    let files = try FuzzCorpus.files("Room")
    for file in files { RoomChecks.check(file) }
    #expect(files.count > 15)
  }
}
