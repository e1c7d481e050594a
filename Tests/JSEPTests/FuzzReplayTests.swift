import RTCFuzzChecks
import TestSupport
import Testing

/// Replays the fuzzer's seeds and all inputs on which it has failed.
@Suite struct SDPFuzzReplayTests {
  @Test func `every file of the fuzz corpus passes its checks`() throws {
    let files = try ["SDP", "RTP", "RTC"].flatMap(FuzzCorpus.files)
    for file in files { RTCChecks.check(file) }
    #expect(files.count > 30)
  }
}
