import FuzzChecks
import TestSupport
import Testing

/// The fuzzer's seeds, and every input that has ever failed.
@Suite struct FuzzReplayTests {
  @Test func `every file of the fuzzer's corpus passes its checks`() throws {
    let files = try FuzzCorpus.files("WebM")
    for file in files { WebMChecks.check(file) }
    #expect(files.count > 1)
  }
}
