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

  /// Frames are sent all the time, and looked at every 100 ms.
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
  func `one that reports by RFC 3550, with losses it asks to be mended at first, is not silent`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    // Requests for packets and key frames in the first second, a first report early, and then one every 2 to 6.2 s.
    var times = [0.2, 0.4, 0.9, 2.5 * Double.random(in: 0.5...1.5, using: &random) / 1.21828]
    while let last = times.last, last < 300 {
      times.append(last + 5 * Double.random(in: 0.5...1.5, using: &random) / 1.21828)
    }
    #expect(silences(reportsAt: times.sorted(), until: 300) == [])
  }

  @Test func `one that reported once, and has no need to, is not silent`() {
    #expect(silences(reportsAt: [0.1], until: 300) == [])
  }

  @Test func `of one that reported every five seconds, and no more, consent says whether it is there`() {
    var silence = PeerSilence()
    for time in stride(from: 0.0, through: 60, by: 5) { silence.received(now: .seconds(time)) }
    let doubts = (60...100).filter { second in
      silence.sent(now: .seconds(Double(second)))
      #expect(!silence.isSilent(now: .seconds(Double(second))))
      return silence.isInDoubt(now: .seconds(Double(second)))
    }
    #expect(doubts == Array(73...100))
    silence.received(now: .seconds(100.5))
    #expect(!silence.isInDoubt(now: .seconds(101)))
  }

  @Test func `one whose reports came too seldom for a while is steady again when they have not for seven seconds`() {
    let steady = stride(from: 15, through: 22, by: 0.1).map { $0 }
    let found = silences(reportsAt: [0, 5, 10] + steady, until: 40)
    #expect(found.first.map { abs($0 - 25) < 0.2 } == true)
  }
}
