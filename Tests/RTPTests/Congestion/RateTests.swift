import Media
import Testing

@testable import RTP

@Suite struct RateTests {
  private func control(start: Int = 1_000_000, minimum: Int = 100_000, maximum: Int = 3_000_000) -> ReceiverSideControl
  {
    ReceiverSideControl(start: start, minimum: minimum, maximum: maximum)
  }

  @Test func `up to 2 % of loss the rate rises by 8 % a second, up to its maximum`() {
    var control = control()
    control.received(lost: 2, of: 100, roundTrip: nil, now: .seconds(1))
    #expect(control.bitrate == 1_081_000)
    for i in 2..<10 { control.received(lost: 2, of: 100, roundTrip: nil, now: .seconds(Double(i))) }
    // Eight more: 1.08⁹, and a thousand bits each time.
    #expect(abs(control.bitrate - 2_011_000) < 5000)
    for i in 10..<60 { control.received(lost: 0, of: 100, roundTrip: nil, now: .seconds(Double(i))) }
    #expect(control.bitrate == 3_000_000)
  }

  @Test func `more frequent reports do not make the rate rise faster`() {
    var often = control()
    var seldom = control()
    often.sent(now: .zero)
    seldom.sent(now: .zero)
    for i in 1...100 {
      often.received(lost: 0, of: 100, roundTrip: nil, now: .milliseconds(Int64(100 * i)))
      if i % 10 == 0 { seldom.received(lost: 0, of: 1000, roundTrip: nil, now: .milliseconds(Int64(100 * i))) }
    }
    #expect(abs(Double(often.bitrate) / Double(seldom.bitrate) - 1) < 0.04)
  }

  @Test func `between 2 % and 10 % loss the rate stays the same`() {
    var control = control()
    for i in 1...20 { control.received(lost: 6, of: 100, roundTrip: nil, now: .seconds(Double(i))) }
    #expect(control.bitrate == 1_000_000)
  }

  @Test func `over 10 % loss the rate falls by half of the loss, once per 300 ms plus a round trip`() {
    var control = control()
    for milliseconds in [0, 100, 399, 400, 500] as [Int64] {
      control.received(
        lost: 20, of: 100, roundTrip: .milliseconds(100), now: .seconds(1) + .milliseconds(milliseconds))
    }
    #expect(control.bitrate == 810_000)
    for i in 2..<100 { control.received(lost: 100, of: 100, roundTrip: nil, now: .seconds(Double(i))) }
    #expect(control.bitrate == 100_000)
  }

  @Test func `loss counts once reports cover twenty packets together`() {
    var control = control()
    control.received(lost: 10, of: 19, roundTrip: nil, now: .seconds(1))
    #expect(control.bitrate == 1_000_000)
    control.received(lost: 0, of: 1, roundTrip: nil, now: .seconds(2))
    #expect(control.bitrate == 750_000)
  }

  @Test func `a low REMB estimate does not lower the rate while the round trip is short`() {
    var control = control()
    control.sent(now: .seconds(1))
    for i in 10..<20 {
      control.received(maximumBitrate: 150_000, now: .seconds(Double(i)))
      control.received(roundTrip: .milliseconds(20), now: .seconds(Double(i)))
      control.received(lost: 0, of: 100, roundTrip: .milliseconds(20), now: .seconds(Double(i)))
    }
    #expect(control.bitrate > 2_000_000)
  }

  @Test func `a long round trip lowers the rate to the REMB estimate, by at most half at once`() {
    var control = control()
    control.received(roundTrip: .milliseconds(20), now: .seconds(1))
    control.received(maximumBitrate: 400_000, now: .seconds(2))
    #expect(control.bitrate == 1_000_000)
    control.received(roundTrip: .milliseconds(200), now: .seconds(3))
    #expect(control.bitrate == 500_000)
    // Within 300 ms plus a round trip nothing changes.
    control.received(roundTrip: .milliseconds(200), now: .seconds(3.2))
    #expect(control.bitrate == 500_000)
    control.received(lost: 0, of: 100, roundTrip: .milliseconds(200), now: .seconds(3.3))
    #expect(control.bitrate == 500_000)
    control.received(roundTrip: .milliseconds(200), now: .seconds(4))
    #expect(control.bitrate == 400_000)
    // It does not fall below the estimate.
    control.received(roundTrip: .milliseconds(300), now: .seconds(5))
    #expect(control.bitrate == 400_000)
    control.received(roundTrip: .milliseconds(40), now: .seconds(6))
    control.received(lost: 0, of: 100, roundTrip: .milliseconds(40), now: .seconds(6))
    #expect(control.bitrate == 433_000)
  }

  @Test func `without a REMB estimate a long round trip lowers the rate by 15 % per report`() {
    var control = control()
    control.received(roundTrip: .milliseconds(60), now: .seconds(1))
    // The longer the round trip, the more it may vary.
    control.received(roundTrip: .milliseconds(150), now: .seconds(2))
    #expect(control.bitrate == 1_000_000)
    control.received(roundTrip: .milliseconds(170), now: .seconds(3))
    #expect(control.bitrate == 850_000)
    for i in 4..<60 { control.received(roundTrip: .milliseconds(400), now: .seconds(Double(i))) }
    #expect(control.bitrate < 850_000)
  }

  @Test func `a permanently longer round trip becomes the baseline after twenty seconds`() {
    var control = control(minimum: 10)
    for i in 1...5 { control.received(roundTrip: .milliseconds(20), now: .seconds(Double(i))) }
    for i in 6...30 { control.received(roundTrip: .milliseconds(300), now: .seconds(Double(i))) }
    let settled = control.bitrate
    for i in 31...50 {
      control.received(roundTrip: .milliseconds(300), now: .seconds(Double(i)))
      control.received(lost: 0, of: 100, roundTrip: .milliseconds(300), now: .seconds(Double(i)))
    }
    #expect(control.bitrate > settled)
  }

  @Test func `in the first two seconds without loss a REMB estimate is applied at once`() {
    var control = control()
    control.sent(now: .seconds(1))
    control.received(maximumBitrate: 2_500_000, now: .seconds(2))
    #expect(control.bitrate == 2_500_000)
    var lossy = self.control()
    lossy.sent(now: .seconds(1))
    lossy.received(lost: 1, of: 100, roundTrip: nil, now: .seconds(1.5))
    lossy.received(maximumBitrate: 2_500_000, now: .seconds(2))
    #expect(lossy.bitrate < 1_100_000)
  }

  @Test(arguments: [0, 1, UInt64.max, UInt64(1) << 63])
  func `an extreme REMB estimate keeps the rate within its bounds`(estimate: UInt64) {
    var control = control()
    control.sent(now: .seconds(1))
    control.received(maximumBitrate: estimate, now: .seconds(1))
    #expect((100_000...3_000_000).contains(control.bitrate))
  }

  @Test func `on a slow path that drops the excess the rate settles near the capacity`() throws {
    let conditions = PathConditions(delay: .milliseconds(30), rate: 800_000)
    let call = Call(conditions, seed: 21, session: { $0.startBitrate = 1_500_000 })
    // The encoder follows the estimate.
    let end = call.now + .seconds(60)
    while call.now < end {
      call.sendFrame(size: call.sender.estimatedBitrate / 8 / 30)
      call.run(for: .milliseconds(33))
    }
    let late = call.rates.filter { $0.at > end - .seconds(30) }.map(\.bitrate)
    let last = late.isEmpty ? [call.sender.estimatedBitrate] : late
    #expect(last.allSatisfy { $0 < 1_150_000 && $0 > 400_000 })
    #expect(try #require(call.receivedFrames.last).at > end - .seconds(2))
  }

  @Test func `on a slow path with a long queue the round trip and REMB limit the rate`() throws {
    var conditions = PathConditions(delay: .milliseconds(20), rate: 800_000)
    conditions.queueLimit = .seconds(2)
    let call = Call(conditions, seed: 22, session: { $0.startBitrate = 2_000_000 })
    let end = call.now + .seconds(40)
    var next = call.now
    while call.now < end {
      call.sendFrame(size: call.sender.estimatedBitrate / 8 / 30)
      call.run(for: .milliseconds(33))
      if call.now >= next {
        // A browser's estimate on such a path.
        next = call.now + .seconds(1)
        let remb = RTCPPacket.maximumBitrate(
          RTCPMaximumBitrate(sender: 9, bitrate: 680_000, ssrcs: [Call.videoSSRC]))
        call.sender.receive(rtcp: remb.bytes.span, now: call.now)
      }
    }
    let late = call.rates.filter { $0.at > end - .seconds(20) }.map(\.bitrate)
    #expect(!late.isEmpty && late.allSatisfy { $0 < 1_100_000 && $0 > 500_000 })
    // A REMB for other streams is ignored.
    let before = call.sender.estimatedBitrate
    let other = RTCPPacket.maximumBitrate(RTCPMaximumBitrate(sender: 9, bitrate: 100_000, ssrcs: [77]))
    call.sender.receive(rtcp: other.bytes.span, now: call.now)
    #expect(call.sender.estimatedBitrate == before)
  }

  @Test func `changed bitrate bounds limit the estimate at once`() {
    let call = Call(PathConditions(), seed: 23, session: { $0.startBitrate = 2_000_000 })
    call.sender.setBitrateBounds(minimum: 50_000, maximum: 900_000)
    #expect(call.sender.estimatedBitrate == 900_000)
    call.sender.setBitrateBounds(minimum: 950_000, maximum: 100_000)
    #expect(call.sender.estimatedBitrate == 950_000)
  }
}
