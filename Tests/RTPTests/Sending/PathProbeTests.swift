import Media
import Testing

@testable import RTP

/// Tries of what a path carries, while nothing else is sent.
@Suite struct PathProbeTests {
  /// A call whose pictures have just been stopped, over a path of so many bits a second.
  private func call(rate: Int?, loss: Double = 0, usesRTX: Bool = true) -> Call {
    let call = Call(PathConditions(), seed: 11) { send, _ in
      if !usesRTX { send.rtxSSRC = nil }
    } session: {
      $0.startBitrate = 300_000
      $0.maximumBitrate = 300_000
    }
    call.stream(for: .seconds(3)) { _, isKeyFrame in isKeyFrame ? 10_000 : 1000 }
    call.forward.conditions.rate = rate
    call.forward.conditions.loss = loss
    call.sender.discardUnsent(call.video)
    call.run(for: .seconds(2))
    return call
  }

  private func outcome(_ call: Call) -> RTPProbeOutcome? {
    call.sender.probe(call.video)
    call.flush()
    #expect(call.sender.probeOutcome(call.video) != .carried)
    call.run(for: .seconds(6))
    return call.sender.probeOutcome(call.video)
  }

  @Test func `a path that carries the rate carries the try, and the receiver is shown nothing`() {
    for rate in [nil, 500_000] {
      let call = call(rate: rate)
      let frames = call.receivedFrames.count
      let before = call.departures.count
      #expect(outcome(call) == .carried)
      #expect(call.receivedFrames.count == frames)
      #expect(call.keyFrameRequests.isEmpty)
      let tried = call.departures[before...].filter { $0.ssrc == Call.rtxSSRC.rawValue }
      // Half a second of the rate, spread over half a second.
      let bytes = tried.reduce(0) { $0 + $1.size }
      #expect(abs(bytes - 300_000 / 16) < 3000)
      #expect(0.3...0.6 ~= (tried.last!.time - tried.first!.time).seconds)
      #expect(tried.reduce(0) { max($0, $1.size) } < 320)
    }
  }

  @Test func `a path that loses much, or lets packets wait, does not, and does when it has recovered`() {
    for (rate, loss) in [(80_000, 0), (nil, 0.8), (nil, 0.25), (nil, 1)] as [(Int?, Double)] {
      let call = call(rate: rate, loss: loss)
      // What came before pictures stopped was not sent again, so that with nothing coming nothing is known.
      #expect(outcome(call) == (loss == 1 ? .unanswered : .lost), "\(rate ?? 0) bit/s, \(loss)")
      call.forward.conditions.rate = nil
      call.forward.conditions.loss = 0
      #expect(outcome(call) == .carried, "\(rate ?? 0) bit/s, \(loss)")
    }
  }

  @Test func `a try that a busy machine has stretched shows nothing`() {
    let call = call(rate: nil)
    call.sender.probe(call.video)
    // Nobody looks at the pacer but now and then.
    for _ in 0..<20 {
      call.flush()
      call.wait(for: .milliseconds(100))
    }
    call.run(for: .seconds(4))
    #expect(call.sender.probeOutcome(call.video) == .lost)
  }

  @Test func `without a stream of retransmissions nothing is tried`() {
    let call = call(rate: nil, usesRTX: false)
    let before = call.departures.count { !$0.isRTCP }
    #expect(outcome(call) == .unanswered)
    #expect(call.departures.count { !$0.isRTCP } == before)
  }
}
