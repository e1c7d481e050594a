import Media
import RTP

/// Properties of a session with arbitrary input at arbitrary times; a violation traps.
///
/// An input is a list of steps: a byte for the kind, and two for the amount or for the number of bytes that follow.
enum RTPSessionChecks {
  static func check(_ script: [UInt8]) {
    var run = Run()
    var position = 0
    while position + 3 <= script.count {
      let amount = Int(script[position + 1]) << 8 | Int(script[position + 2])
      let kind = script[position]
      position += 3
      switch kind & 3 {
      case 0, 1:
        let end = min(position + amount, script.count)
        run.receive(Array(script[position..<end]), isRTCP: kind & 3 == 1)
        position = end
      case 2: run.wait(milliseconds: amount)
      default: run.send(size: amount & 0x3FFF, isKeyFrame: kind & 4 != 0)
      }
    }
    run.wait(milliseconds: 5000)
  }

  /// A session with a sender and two receivers.
  private struct Run {
    private let session: RTPSession
    private let video: RTPSenderID
    private let batch = RTPPacketBatch(capacity: 8)
    private var now = MediaTime.seconds(1000)
    /// Bytes of RTP that may be sent: the frames, and a share of the rate for retransmissions.
    private var allowance = 200_000.0

    init() {
      var ids = RTPHeaderExtensionIDs()
      for (index, name) in RTPHeaderExtension.allCases.enumerated() { ids[name] = UInt8(index + 1) }
      var configuration = RTPSessionConfiguration(
        ntpClock: NTPClock(at: .zero, unixNanoseconds: 1_700_000_000_000_000_000), seed: 1, localSSRC: 1, cname: "x")
      configuration.receiveExtensions = ids
      session = RTPSession(configuration)
      var send = RTPSendParameters(kind: .video, ssrc: 0x0101_0101, payloadType: 96, clockRate: 90_000, mid: "0")
      send.rtxSSRC = 0x0202_0202
      send.rtxPayloadType = 97
      send.extensions = ids
      send.feedback = [.nack, .pli, .fir, .remb, .transportCC]
      video = session.addSender(send)
      var receive = RTPReceiveParameters(kind: .video, mid: "0", formats: [96: .vp8, 97: .rtx(96)])
      receive.feedback = send.feedback
      _ = session.addReceiver(receive)
      _ = session.addReceiver(RTPReceiveParameters(kind: .audio, mid: "1", formats: [111: .opus, 63: .red(111)]))
    }

    mutating func receive(_ packet: [UInt8], isRTCP: Bool) {
      if isRTCP { session.receive(rtcp: packet.span, now: now) } else { session.receive(rtp: packet.span, now: now) }
      drain()
    }

    mutating func send(size: Int, isKeyFrame: Bool) {
      let data = [UInt8](repeating: isKeyFrame ? 0x10 : 0x11, count: size)
      guard let frame = VP8Packetizer().packetize(data, captureTime: now, isKeyFrame: isKeyFrame) else { return }
      session.send(frame, sender: video, now: now)
      allowance += Double(size + 100 * frame.packetCount)
      drain()
    }

    /// Advances the time, and drains the session whenever it is due.
    mutating func wait(milliseconds: Int) {
      let end = now + .milliseconds(Int64(milliseconds))
      var drains = 0
      while session.nextWake <= end {
        now = max(now, session.nextWake)
        drain()
        precondition(session.nextWake > now, "nextWake is not later than now")
        drains += 1
        precondition(drains < 1000 + milliseconds, "too many wake-ups")
      }
      allowance += 0.15 * Double(session.configuration.maximumBitrate) / 8 * Double(milliseconds) / 1000
      now = end
    }

    private mutating func drain() {
      var isMore = true
      var control = 0
      while isMore {
        isMore = session.drain(now: now, into: batch)
        for index in 0..<batch.count {
          let packet = [UInt8](batch.packet(index))
          precondition(packet.count >= 8 && packet.count <= RTPPacketBatch.packetLimit)
          if batch.isRTCP(index) {
            control += 1
            precondition(packet.count <= 1200)
            RTPChecks.checkRTCP(packet)
          } else {
            allowance -= Double(packet.count)
            RTPChecks.checkRTP(packet)
          }
        }
        batch.removeAll()
      }
      precondition(control < 50, "\(control) control packets at once")
      precondition(allowance > 0, "more bytes sent than allowed")
      while let event = session.nextEvent() {
        switch event {
        case .frame(_, let frame): precondition(!frame.data.isEmpty)
        case .bitrateChanged(let rate):
          precondition((session.configuration.minimumBitrate...session.configuration.maximumBitrate).contains(rate))
        case .keyFrameRequested, .bye: break
        }
      }
    }
  }
}
