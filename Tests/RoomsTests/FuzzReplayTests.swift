import Harness
import ServerFuzzChecks
import Testing

/// What the fuzzer of connections starts from, and all that it has ever stumbled over.
@Suite struct FuzzReplayTests {
  @Test func `every file that the fuzzer of connections knows passes its checks`() throws {
    let files = try FuzzCorpus.files("Server")
    for file in files { ServerChecks.check(file) }
    #expect(files.count > 15)
  }
}
