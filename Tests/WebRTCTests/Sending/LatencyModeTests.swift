import Media
import RTP
import Testing

@testable import WebRTC

@Suite struct LatencyModeTests {
  /// The bytes of a large picture sent at once, and the time for all of it, at 2.5 Mbit/s.
  private func sending(_ mode: RTCLatencyMode) throws -> (atOnce: Int, seconds: Double) {
    var configuration = RTPSessionConfiguration(
      ntpClock: NTPClock(at: .zero, unixNanoseconds: 0), seed: 1, localSSRC: 1, cname: "name")
    (configuration.startBitrate, configuration.maximumBitrate) = (2_500_000, 2_500_000)
    configuration.pacing = mode.pacing
    let session = RTPSession(configuration)
    let sender = session.addSender(RTPSendParameters(kind: .video, ssrc: 2, payloadType: 96, clockRate: 90_000))
    // Before the first report the pace is different.
    var report = RTCPReceiverReport(ssrc: 3)
    var block = RTCPReportBlock(ssrc: 2)
    report.blocks = [block]
    let frame = { (size: Int, now: MediaTime) in
      VP8Packetizer().packetize(
        [0x10, 0, 0, 0x9D, 1, 0x2A, 64, 0, 64, 0] + Array(repeating: 0, count: size), captureTime: now, isKeyFrame: true
      )
    }
    let batch = RTPPacketBatch(capacity: 512)
    func drain(_ now: MediaTime) -> Int {
      defer { batch.removeAll() }
      _ = session.drain(now: now, into: batch)
      return (0..<batch.count).reduce(0) { $0 + (batch.isRTCP($1) ? 0 : batch.packet($1).count) }
    }
    session.send(try #require(frame(10, .seconds(1))), sender: sender, now: .seconds(1))
    _ = session.drain(now: .seconds(1), into: batch)
    let first = batch.packet(0)
    block.highestSequence = UInt32(first[2]) << 8 | UInt32(first[3])
    batch.removeAll()
    report.blocks = [block]
    session.receive(rtcp: RTCPPacket.receiverReport(report).bytes.span, now: .seconds(2))

    session.send(try #require(frame(100_000, .seconds(3))), sender: sender, now: .seconds(3))
    let atOnce = drain(.seconds(3))
    var (sent, now) = (atOnce, MediaTime.seconds(3))
    while sent < 100_000, now < .seconds(5) {
      now += .milliseconds(1)
      sent += drain(now)
    }
    return (atOnce, (now - .seconds(3)).seconds)
  }

  @Test func `instant sends twice as much of a large picture at once, and the rest faster`() throws {
    let (instant, sharp, smooth) = (try sending(.instant), try sending(.sharp), try sending(.smooth))
    // 80 ms at 1.5 times the rate, and 40 ms at 1.1 times, plus a packet.
    #expect(37_500...39_000 ~= instant.atOnce && 13_750...15_200 ~= sharp.atOnce && smooth == sharp)
    #expect(0.12...0.16 ~= instant.seconds && 0.24...0.28 ~= sharp.seconds)
  }
}
