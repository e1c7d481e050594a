import Media
import Testing

@testable import RTP

/// Bandwidth probes while no video is sent.
@Suite struct PathProbeTests {
  /// A call whose video was stopped two seconds ago, over a path of `rate` bits per second.
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

  @Test func `a path that carries the rate passes the probe, and the receiver gets no frame`() {
    for rate in [nil, 500_000] {
      let call = call(rate: rate)
      let frames = call.receivedFrames.count
      let before = call.departures.count
      #expect(outcome(call) == .carried)
      #expect(call.receivedFrames.count == frames)
      #expect(call.keyFrameRequests.isEmpty)
      let probes = call.departures[before...].filter { $0.ssrc == Call.rtxSSRC.rawValue }
      // Half a second of the rate, spread over half a second.
      let bytes = probes.reduce(0) { $0 + $1.size }
      #expect(abs(bytes - 300_000 / 16) < 3000)
      #expect(0.3...0.6 ~= (probes.last!.time - probes.first!.time).seconds)
      #expect(probes.reduce(0) { max($0, $1.size) } < 320)
    }
  }

  @Test func `a path that loses or delays many packets fails the probe, and passes it after recovery`() {
    for (rate, loss) in [(80_000, 0), (nil, 0.8), (nil, 0.25), (nil, 1)] as [(Int?, Double)] {
      let call = call(rate: rate, loss: loss)
      // When everything is lost there is no feedback: the probe is unanswered.
      #expect(outcome(call) == (loss == 1 ? .unanswered : .lost), "\(rate ?? 0) bit/s, \(loss)")
      call.forward.conditions.rate = nil
      call.forward.conditions.loss = 0
      #expect(outcome(call) == .carried, "\(rate ?? 0) bit/s, \(loss)")
    }
  }

  @Test func `a probe delayed by the local machine does not count as carried`() {
    let call = call(rate: nil)
    call.sender.probe(call.video)
    // The pacer runs only every 100 ms.
    for _ in 0..<20 {
      call.flush()
      call.wait(for: .milliseconds(100))
    }
    call.run(for: .seconds(4))
    #expect(call.sender.probeOutcome(call.video) == .lost)
  }

  @Test func `without RTX no probe is sent`() {
    let call = call(rate: nil, usesRTX: false)
    let before = call.departures.count { !$0.isRTCP }
    #expect(outcome(call) == .unanswered)
    #expect(call.departures.count { !$0.isRTCP } == before)
  }
}
