import PeerFuzzChecks
import TestSupport
import Testing

/// What the fuzzer of peer connections starts from, and all that it has ever stumbled over.
@Suite struct FuzzReplayTests {
  @Test func `every file that the fuzzer of peer connections knows passes its checks`() throws {
    let files = try FuzzCorpus.files("Peer")
    for file in files { PeerChecks.check(file) }
    #expect(files.count > 5)
  }
}
