import RTCFuzzChecks
import TestSupport
import Testing

/// What the fuzzer starts from, and all that it has ever stumbled over.
@Suite struct SDPFuzzReplayTests {
  @Test func `every file that the fuzzer knows passes its checks`() throws {
    let files = try ["SDP", "RTP", "RTC"].flatMap(FuzzCorpus.files)
    for file in files { RTCChecks.check(file) }
    #expect(files.count > 30)
  }
}
