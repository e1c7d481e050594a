import Harness
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
    #expect(!silence.isSilent(now: .seconds(140)))
  }

  /// The times at which the peer is silent, with packets sent and a check every 100 ms.
  private func silences(reportsAt times: [Double], until end: Double) -> [Double] {
    var silence = PeerSilence()
    var times = times[...]
    return stride(from: 0, to: end, by: 0.1).filter { now in
      while let time = times.first, time <= now {
        silence.received(now: .seconds(time))
        times.removeFirst()
      }
      silence.sent(now: .seconds(now))
      return silence.isSilent(now: .seconds(now))
    }
  }

  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `a peer that sends NACKs and PLIs at first, then reports by RFC 3550, is not silent`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    // Requests for packets and key frames in the first second, a first report early, and then one every 2 to 6.2 s.
    var times = [0.2, 0.4, 0.9, 2.5 * Double.random(in: 0.5...1.5, using: &random) / 1.21828]
    while let last = times.last, last < 300 {
      times.append(last + 5 * Double.random(in: 0.5...1.5, using: &random) / 1.21828)
    }
    #expect(silences(reportsAt: times.sorted(), until: 300) == [])
  }

  @Test func `a peer that reported only once is not silent`() {
    #expect(silences(reportsAt: [0.1], until: 300) == [])
  }

  @Test func `a peer whose reports every five seconds stop is not silent, but needs strict consent`() {
    var silence = PeerSilence()
    for time in stride(from: 0.0, through: 60, by: 5) { silence.received(now: .seconds(time)) }
    let strict = (60...100).filter { second in
      silence.sent(now: .seconds(Double(second)))
      #expect(!silence.isSilent(now: .seconds(Double(second))))
      return silence.needsStrictConsent(now: .seconds(Double(second)))
    }
    #expect(strict == Array(73...100))
    silence.received(now: .seconds(100.5))
    #expect(!silence.needsStrictConsent(now: .seconds(101)))
  }

  @Test func `a peer with rare reports can be silent again after seven seconds of frequent ones`() {
    let steady = stride(from: 15, through: 22, by: 0.1).map { $0 }
    let found = silences(reportsAt: [0, 5, 10] + steady, until: 40)
    #expect(found.first.map { abs($0 - 25) < 0.2 } == true)
  }
}
