import Harness
import ServerFuzzChecks
import Testing

/// The seeds of the connection fuzzer, and every input that ever failed.
@Suite struct FuzzReplayTests {
  @Test func `every corpus file of the connection fuzzer passes its checks`() throws {
    let files = try FuzzCorpus.files("Server")
    for file in files { ServerChecks.check(file) }
    #expect(files.count > 15)
  }
}
