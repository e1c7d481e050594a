import Media
import Testing

@testable import RTP

/// Parses the packets of one sender.
@Suite struct WrittenPacketTests {
  /// A session with one sender, whose packets are returned.
  private final class Bench {
    let session: RTPSession
    let sender: RTPSenderID
    var now = MediaTime.seconds(100)
    private let batch = RTPPacketBatch(capacity: 8)

    init(_ change: (inout RTPSendParameters) -> Void = { _ in }) {
      var configuration = RTPSessionConfiguration(
        ntpClock: NTPClock(at: .zero, unixNanoseconds: 0), seed: 1, localSSRC: 1, cname: "name")
      configuration.startBitrate = 2_000_000
      session = RTPSession(configuration)
      var parameters = RTPSendParameters(
        kind: .video, ssrc: Call.videoSSRC, payloadType: 96, clockRate: 90_000, mid: "v0")
      parameters.rtxSSRC = Call.rtxSSRC
      parameters.rtxPayloadType = 97
      parameters.extensions = Call.extensions
      parameters.feedback = [.nack]
      parameters.playoutDelay = PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 100)
      parameters.contentType = .screenshare
      change(&parameters)
      sender = session.addSender(parameters)
    }

    func send(size: Int, isKeyFrame: Bool) -> [[UInt8]] {
      let data = TestFrames.vp8(0, isKeyFrame: isKeyFrame, size: size)
      session.send(
        VP8Packetizer().packetize(data, captureTime: now, isKeyFrame: isKeyFrame)!, sender: sender, now: now)
      return drain()
    }

    func addSound(_ ids: RTPHeaderExtensionIDs) -> RTPSenderID {
      var parameters = RTPSendParameters(
        kind: .audio, ssrc: Call.audioSSRC, payloadType: 111, clockRate: OpusPacketizer.clockRate, mid: "a0")
      parameters.extensions = ids
      return session.addSender(parameters)
    }

    /// Sends a packet of sound with this mean square.
    func send(sound power: Double?, by sender: RTPSenderID) -> [[UInt8]] {
      var packetizer = OpusPacketizer()
      session.send(
        packetizer.packetize([0xFC, 0xFF, 0xFE], captureTime: now, power: power)!, sender: sender, now: now)
      return drain()
    }

    /// All RTP packets sent within half a second.
    func drain() -> [[UInt8]] {
      var packets: [[UInt8]] = []
      for _ in 0..<100 {
        var isMore = true
        while isMore {
          isMore = session.drain(now: now, into: batch)
          for index in 0..<batch.count where !batch.isRTCP(index) { packets.append([UInt8](batch.packet(index))) }
          batch.removeAll()
        }
        now += .milliseconds(5)
      }
      return packets
    }

    func receive(_ packet: RTCPPacket) { session.receive(rtcp: packet.bytes.span, now: now) }
  }

  private func header(_ packet: [UInt8], _ ids: RTPHeaderExtensionIDs = Call.extensions) throws -> RTPHeader {
    try RTPHeader(packet.span, ids: ids)
  }

  @Test func `a key frame's packets carry all negotiated header extensions`() throws {
    let bench = Bench()
    let packets = bench.send(size: 3000, isKeyFrame: true)
    #expect(packets.count == 3)
    for (index, packet) in packets.enumerated() {
      let header = try header(packet)
      #expect(header.marker == (index == 2))
      #expect(header.payloadType == 96)
      #expect(header.ssrc == Call.videoSSRC)
      #expect(header.extensions.mid.map { Array(packet[$0]) } == Array("v0".utf8))
      #expect(header.extensions.playoutDelay == PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 100))
      #expect(header.extensions.videoContentType == .screenshare)
      #expect(header.extensions.absSendTime != nil)
      #expect(header.extensions.transportSequenceNumber != nil)
      #expect((header.extensions.absCaptureTime != nil) == (index == 0))
    }
    #expect(try header(packets[0]).extensions.absCaptureTime == NTPTime(unixNanoseconds: 100_000_000_000))
    // 100 s and the NTP epoch's 2208988800 s, of which 6 bits of seconds are left.
    #expect(try header(packets[0]).extensions.absSendTime == UInt32((2_208_988_900 % 64) << 18))
  }

  @Test func `sequence number, transport-wide sequence number and PictureID rise by one`() throws {
    let bench = Bench()
    var all: [(RTPHeader, UInt16)] = []
    for index in 0..<50 {
      for packet in bench.send(size: index % 3 * 1500 + 100, isKeyFrame: index == 0) {
        let header = try header(packet)
        let descriptor = try VP8Descriptor(packet.span.extracting(header.payload))
        #expect(!descriptor.isUnreferenced)
        all.append((header, try #require(descriptor.pictureID)))
      }
    }
    for (before, after) in zip(all, all.dropFirst()) {
      #expect(after.0.sequenceNumber == before.0.sequenceNumber.advanced(by: 1))
      #expect(
        after.0.extensions.transportSequenceNumber == before.0.extensions.transportSequenceNumber.map { $0 &+ 1 })
      #expect(after.1 == (before.0.marker ? (before.1 + 1) & 0x7FFF : before.1))
    }
  }

  @Test func `PictureID has no gap after dropped frames`() throws {
    let bench = Bench()
    let first = try #require(bench.send(size: 100, isKeyFrame: true).last)
    bench.session.discardUnsent(bench.sender)
    for _ in 0..<5 { #expect(bench.send(size: 100, isKeyFrame: false).isEmpty) }
    let next = try #require(bench.send(size: 100, isKeyFrame: true).first)
    let before = try VP8Descriptor(first.span.extracting(try header(first).payload)).pictureID!
    let after = try VP8Descriptor(next.span.extracting(try header(next).payload)).pictureID!
    #expect(after == (before + 1) & 0x7FFF)
    #expect(try header(next).sequenceNumber == header(first).sequenceNumber.advanced(by: 1))
  }

  @Test func `the MID is omitted once the remote end has reported`() throws {
    let bench = Bench()
    let packet = try #require(bench.send(size: 100, isKeyFrame: true).last)
    var block = RTCPReportBlock(ssrc: Call.videoSSRC)
    block.highestSequence = UInt32(try header(packet).sequenceNumber.rawValue)
    bench.receive(.receiverReport(RTCPReceiverReport(ssrc: 5, blocks: [block])))
    let next = try #require(bench.send(size: 100, isKeyFrame: false).last)
    #expect(try header(next).extensions.mid == nil)
    #expect(try header(next).extensions.playoutDelay == nil)
    #expect(try header(next).extensions.transportSequenceNumber != nil)
  }

  @Test func `the first frame has its own playout delay, later frames the other until it is received`() throws {
    let (first, rest) = (
      PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 0),
      PlayoutDelay(minimumMilliseconds: 60, maximumMilliseconds: 500)
    )
    let bench = Bench {
      $0.firstPlayoutDelay = first
      $0.playoutDelay = rest
    }
    let opening = bench.send(size: 3000, isKeyFrame: true)
    #expect(try opening.allSatisfy { try header($0).extensions.playoutDelay == first })
    bench.receive(.nack(RTCPNack(sender: 5, media: Call.videoSSRC, lost: [try header(opening[1]).sequenceNumber])))
    let resent = bench.drain()
    #expect(try resent.map { try header($0).extensions.playoutDelay } == [first])
    for _ in 0..<2 {
      let packets = bench.send(size: 3000, isKeyFrame: false)
      #expect(try packets.count == 3 && packets.allSatisfy { try header($0).extensions.playoutDelay == rest })
    }
    // The reported packets do not have the later delay yet.
    func report(_ packet: [UInt8]) throws {
      var block = RTCPReportBlock(ssrc: Call.videoSSRC)
      block.highestSequence = UInt32(try header(packet).sequenceNumber.rawValue)
      bench.receive(.receiverReport(RTCPReceiverReport(ssrc: 5, blocks: [block])))
    }
    try report(try #require(opening.last))
    let delayed = try #require(bench.send(size: 100, isKeyFrame: false).last)
    #expect(try header(delayed).extensions.playoutDelay == rest)
    try report(delayed)
    let next = try #require(bench.send(size: 100, isKeyFrame: false).last)
    #expect(try header(next).extensions.playoutDelay == nil)
    let key = try #require(bench.send(size: 100, isKeyFrame: true).last)
    #expect(try header(key).extensions.playoutDelay == rest)
  }

  @Test func `a sound packet has its audio level`() throws {
    let bench = Bench()
    var ids = Call.extensions
    ids.audioLevel = 14
    // Half a second each: full scale, −20 dB, −120 dB, below −127 dB, silence, and unknown.
    let levels: [(power: Double?, level: UInt8?)] = [
      (1, 0), (0.01, 20), (1e-12, 120), (1e-15, 127), (0, 127), (nil, nil),
    ]
    let sender = bench.addSound(ids)
    for (power, level) in levels {
      let packet = try #require(bench.send(sound: power, by: sender).last)
      let written = try header(packet, ids).extensions.audioLevel
      #expect(written?.level == level)
      #expect(written?.isVoice == level.map { $0 < 127 })
    }
  }

  @Test func `between key frames the capture time is sent once a second`() throws {
    let bench = Bench()
    var count = 0
    for index in 0..<20 {
      for packet in bench.send(size: 100, isKeyFrame: index == 0) {
        if try header(packet).extensions.absCaptureTime != nil { count += 1 }
      }
    }
    // A frame each half second.
    #expect(count == 10)
  }

  @Test func `a retransmission is laid out as in RFC 4588 §4`() throws {
    let bench = Bench()
    let packets = bench.send(size: 3000, isKeyFrame: true)
    let lost = try header(packets[1])
    bench.receive(.nack(RTCPNack(sender: 5, media: Call.videoSSRC, lost: [lost.sequenceNumber])))
    let resent = bench.drain()
    #expect(resent.count == 1)
    let header = try header(resent[0])
    #expect(header.ssrc == Call.rtxSSRC)
    #expect(header.payloadType == 97)
    #expect(header.timestamp == lost.timestamp)
    #expect(header.marker == lost.marker)
    let payload = Array(resent[0][header.payload])
    #expect(
      payload.prefix(2) == [UInt8(lost.sequenceNumber.rawValue >> 8), UInt8(lost.sequenceNumber.rawValue & 0xFF)])
    let isSame = Array(payload.dropFirst(2)) == Array(packets[1][lost.payload])
    #expect(isSame)
    #expect(header.extensions.mid != nil)
  }

  @Test func `identifiers above 14 and a long MID use two-byte headers`() throws {
    var ids = Call.extensions
    ids.transportSequenceNumber = 20
    let bench = Bench {
      $0.extensions = ids
      $0.mid = String(repeating: "m", count: 40)
    }
    let packet = try #require(bench.send(size: 100, isKeyFrame: true).first)
    #expect(packet[12] == 0x10 && packet[13] == 0x00)
    let header = try header(packet, ids)
    #expect(header.extensions.mid?.count == 40)
    #expect(header.extensions.transportSequenceNumber != nil)
    #expect(header.extensions.playoutDelay != nil)
    #expect(header.extensions.absCaptureTime != nil)
  }

  @Test func `a MID that does not fit into a packet is not sent, and packets stay within 1200 bytes`() throws {
    let bench = Bench { $0.mid = String(repeating: "m", count: 300) }
    let packets = bench.send(size: 1146 * 4, isKeyFrame: true)
    for packet in packets {
      #expect(try header(packet).extensions.mid == nil)
      #expect(packet.count <= 1200)
    }
  }

  @Test func `without negotiated extensions there is no extension block`() throws {
    let bench = Bench { $0.extensions = RTPHeaderExtensionIDs() }
    let packet = try #require(bench.send(size: 100, isKeyFrame: true).first)
    #expect(packet[0] == 0x80)
    #expect(packet.count == 12 + 4 + 100)
  }

  @Test func `with all extensions and a short MID packets are within 1200 bytes`() throws {
    let bench = Bench { $0.mid = "0" }
    let packets = bench.send(size: 1146 * 4, isKeyFrame: true)
    #expect(packets.map(\.count).max()! <= 1200)
    bench.receive(.nack(RTCPNack(sender: 5, media: Call.videoSSRC, lost: [try header(packets[0]).sequenceNumber])))
    #expect(try #require(bench.drain().first).count <= 1200)
  }
}
