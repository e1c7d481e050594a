import Media
import Testing

@testable import RTP

@Suite struct RetransmissionBudgetTests {
  /// The bytes that a budget allows when asked for 1200 bytes every `interval`, from 1 s until `end`.
  private func spent(
    _ budget: inout RetransmissionBudget, until end: MediaTime, every interval: MediaTime, isRepeated: Bool
  ) -> Int {
    var (now, sum) = (MediaTime.seconds(1), 0)
    while now < end {
      if budget.allows(1200, bitrate: 2_000_000, isRepeated: isRepeated, now: now) {
        budget.spend(1200)
        sum += 1200
      }
      now += interval
    }
    return sum
  }

  @Test func `the budget saves up one second, and allows 15 % of the rate`() {
    var budget = RetransmissionBudget()
    let sum = spent(&budget, until: .seconds(11), every: .milliseconds(1), isRepeated: true)
    // 37,500 bytes a second: ten seconds and the one saved up.
    #expect((11 * 37_500 - 2400)...(11 * 37_500) ~= sum)
  }

  @Test func `first requests leave part of the budget for repeated ones`() {
    var budget = RetransmissionBudget()
    let first = spent(&budget, until: .seconds(1) + .milliseconds(100), every: .milliseconds(1), isRepeated: false)
    #expect(first < 37_500 * 3 / 4)
    let isLeft = budget.allows(5000, bitrate: 2_000_000, isRepeated: true, now: .seconds(1) + .milliseconds(100))
    #expect(isLeft)
  }

  @Test func `even at a low rate ten packets are retransmitted`() {
    var budget = RetransmissionBudget()
    var count = 0
    while budget.allows(1200, bitrate: 30_000, isRepeated: true, now: .seconds(1)) {
      budget.spend(1200)
      count += 1
    }
    #expect(count == 10)
  }

  /// A browser requests a packet as soon as later ones have overtaken it, so that most requested packets are not lost.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `with reordering, losses cause no gap of 250 ms`(seed: UInt64) {
    let call = Call(PathConditions(), seed: seed) { _, receive in receive.feedback.remove(.nack) }
    call.answersKeyFrameRequests = false
    let browser = ReorderingReceiver(loss: 0.02, delay: .milliseconds(20), jitter: .milliseconds(15), seed: seed)
    call.filter = { bytes, isRTCP in
      if !isRTCP { browser.sent(bytes, now: call.now) }
      return true
    }
    let end = call.now + .seconds(20)
    var frame = call.now
    while call.now < end {
      if call.now >= frame {
        call.sendFrame(size: 10_400)
        frame += .milliseconds(33)
      }
      call.run(for: .milliseconds(1))
      while let nack = browser.nextNack(now: call.now) {
        call.sender.receive(rtcp: RTCPPacket.nack(nack).bytes.span, now: call.now)
        call.flush()
      }
    }
    let (gap, lost, requested) = browser.result
    #expect(lost > 50 && requested > 5 * lost)
    // 165 to 195 ms; a third of a second without the reserve for repeated requests.
    #expect(gap < .milliseconds(250), "\(gap.seconds) s")
  }
}
