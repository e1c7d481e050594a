import PeerFuzzChecks
import TestSupport
import Testing

/// The seeds of the peer connection fuzzer, and the inputs that have failed before.
@Suite struct FuzzReplayTests {
  @Test func `every file in the corpus of the peer connection fuzzer passes its checks`() throws {
    let files = try FuzzCorpus.files("Peer")
    for file in files { PeerChecks.check(file) }
    #expect(files.count > 5)
  }
}
