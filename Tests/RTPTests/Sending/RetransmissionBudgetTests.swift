import Media
import Testing

@testable import RTP

@Suite struct RetransmissionBudgetTests {
  /// What a budget lets through that is asked for `size` bytes every `interval` until `end`, from a second on.
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

  @Test func `it saves up a second's worth, and lets 15 % of the rate through`() {
    var budget = RetransmissionBudget()
    let sum = spent(&budget, until: .seconds(11), every: .milliseconds(1), isRepeated: true)
    // 37,500 bytes a second: ten seconds and the one saved up.
    #expect((11 * 37_500 - 2400)...(11 * 37_500) ~= sum)
  }

  @Test func `what is asked for the first time leaves something for what is asked for again`() {
    var budget = RetransmissionBudget()
    let first = spent(&budget, until: .seconds(1) + .milliseconds(100), every: .milliseconds(1), isRepeated: false)
    #expect(first < 37_500 * 3 / 4)
    let isLeft = budget.allows(5000, bitrate: 2_000_000, isRepeated: true, now: .seconds(1) + .milliseconds(100))
    #expect(isLeft)
  }

  @Test func `even at a low rate a handful of packets comes again`() {
    var budget = RetransmissionBudget()
    var count = 0
    while budget.allows(1200, bitrate: 30_000, isRepeated: true, now: .seconds(1)) {
      budget.spend(1200)
      count += 1
    }
    #expect(count == 10)
  }

  /// A browser asks at once for whatever a later packet has overtaken, so that most of what it asks for is on its way.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `among packets that overtake each other, those that are lost come again soon`(seed: UInt64) {
    let call = Call(PathConditions(), seed: seed) { _, receive in receive.feedback.remove(.nack) }
    call.obeysRequests = false
    let browser = EagerReceiver(loss: 0.02, delay: .milliseconds(20), jitter: .milliseconds(15), seed: seed)
    call.filter = { bytes, isRTCP in
      if !isRTCP { browser.departed(bytes, now: call.now) }
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
    let (gap, lost, asked) = browser.result
    #expect(lost > 50 && asked > 5 * lost)
    // Between 165 and 195 ms; a third of a second where nothing is kept for what is asked for again.
    #expect(gap < .milliseconds(250), "\(gap.seconds) s")
  }
}
