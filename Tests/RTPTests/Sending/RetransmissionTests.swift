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

@Suite struct RetransmissionQueueTests {
  private static let sent = MediaTime.seconds(1)

  /// A stream that has sent a frame of four packets.
  private func stream(feedback: RTCPFeedbackKinds = [.nack]) -> SendStream {
    var random = SeededGenerator(seed: 1)
    var parameters = RTPSendParameters(kind: .video, ssrc: 1, payloadType: 96, clockRate: 90_000)
    parameters.feedback = feedback
    let stream = SendStream(
      id: RTPSenderID(index: 0, generation: 1), parameters: parameters, random: &random)
    let frame = VP8Packetizer().packetize(
      [UInt8](repeating: 1, count: 1146 * 4), captureTime: Self.sent, isKeyFrame: true)!
    var queued = QueuedFrame(frame, of: stream, now: Self.sent)
    var context = context(Self.sent)
    let batch = RTPPacketBatch(capacity: 4)
    while !queued.isSent { _ = queued.sendNext(in: &context, into: batch) }
    return stream
  }

  private func context(_ now: MediaTime) -> DrainContext {
    DrainContext(now: now, clock: NTPClock(at: .zero, unixNanoseconds: 0), roundTrip: nil, nextTransportSequence: 0)
  }

  /// Requests packets, counted from the stream's first.
  private func request(_ packets: [Int], of stream: SendStream, _ queue: inout RetransmissionQueue, now: MediaTime) {
    let first = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: stream.numbers.firstSequence))
    stream.received(
      RTCPNack(sender: 2, media: 1, lost: packets.map { first.advanced(by: $0) }), retransmissions: &queue,
      bitrate: 2_000_000, roundTrip: nil, now: now)
  }

  /// Sends all queued packets.
  /// - Returns: their number.
  private func drain(_ queue: inout RetransmissionQueue, now: MediaTime) -> Int {
    var context = context(now)
    let batch = RTPPacketBatch(capacity: 16)
    while !queue.isEmpty { _ = queue.sendNext(in: &context, into: batch) }
    return batch.count
  }

  @Test func `packets that were sent are queued once per round trip, at first an assumed one`() {
    let stream = stream()
    var queue = RetransmissionQueue(initialRoundTrip: .milliseconds(100))
    let counts = ([200, 250, 299, 300] as [Int64]).map { milliseconds -> Int in
      let now = Self.sent + .milliseconds(milliseconds)
      // The last one was not sent.
      request([0, 3, 4], of: stream, &queue, now: now)
      return drain(&queue, now: now)
    }
    #expect(counts == [2, 0, 0, 2])
    #expect(stream.counters.nackCount == 4)
    #expect(stream.counters.retransmittedPacketsSent == 4)
  }

  @Test func `packets are not sent after their stream restarts or is removed`() {
    let stream = stream()
    let now = Self.sent + .milliseconds(200)
    var queue = RetransmissionQueue(initialRoundTrip: .milliseconds(100))
    request([0, 1], of: stream, &queue, now: now)
    queue.remove(stream)
    #expect(queue.isEmpty)
    request([2, 3], of: stream, &queue, now: now)
    #expect(!queue.isEmpty)
    stream.restart()
    #expect(drain(&queue, now: now) == 0)
  }

  @Test func `a NACK that was not negotiated is ignored`() {
    let stream = stream(feedback: [])
    var queue = RetransmissionQueue(initialRoundTrip: .milliseconds(100))
    request([0, 1], of: stream, &queue, now: Self.sent)
    #expect(queue.isEmpty)
    #expect(stream.counters.nackCount == 0)
  }
}
