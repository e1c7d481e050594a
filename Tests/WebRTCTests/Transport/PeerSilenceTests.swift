import Media
import Testing

@testable import WebRTC

struct PeerSilenceTests {
  @Test func `a peer that reported every second is silent after three`() {
    var silence = PeerSilence()
    for second in 0...10 {
      silence.received(now: .seconds(Double(second)))
      silence.sent(now: .seconds(Double(second)))
    }
    silence.sent(now: .seconds(12.9))
    #expect(!silence.isSilent(now: .seconds(12.9)))
    #expect(silence.deadline == .seconds(13))
    #expect(silence.isSilent(now: .seconds(13)))
    silence.received(now: .seconds(13.5))
    #expect(!silence.isSilent(now: .seconds(13.5)))
  }

  @Test func `a peer that is sent nothing, or never sent anything, is not silent`() {
    var silence = PeerSilence()
    silence.sent(now: .seconds(100))
    #expect(!silence.isSilent(now: .seconds(100)))
    #expect(silence.deadline == nil)
    silence.received(now: .seconds(100))
    #expect(!silence.isSilent(now: .seconds(120)))
  }

  @Test func `one that reports seldom is given more time, but not without end`() {
    var silence = PeerSilence()
    silence.received(now: .seconds(0))
    silence.received(now: .seconds(3))
    silence.sent(now: .seconds(8.5))
    #expect(!silence.isSilent(now: .seconds(8.9)))
    #expect(silence.isSilent(now: .seconds(9)))
    silence.received(now: .seconds(60))
    silence.sent(now: .seconds(68))
    #expect(silence.isSilent(now: .seconds(68)))
  }
}
