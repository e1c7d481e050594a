import Media
import TestSupport
import Testing

@testable import RTP

/// A hostile remote end: arbitrary packets, in any number, cost no more than the limits allow.
@Suite struct HostileTests {
  /// A call that has run for two seconds.
  private func call(seed: UInt64) -> Call {
    let call = Call(PathConditions(), seed: seed)
    call.stream(for: .seconds(2)) { _, isKeyFrame in isKeyFrame ? 20_000 : 6000 }
    call.run(for: .milliseconds(200))
    return call
  }

  private func receive(_ packets: RTCPPacket..., in call: Call) {
    let compound = packets.flatMap(\.bytes)
    call.sender.receive(rtcp: compound.span, now: call.now)
  }

  private var everyNack: [RTCPPacket] {
    stride(from: 0, to: 65536, by: 17 * 64).map { start in
      .nack(
        RTCPNack(
          sender: 1, media: Call.videoSSRC,
          entries: (0..<64).map {
            .init(packetID: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: start + 17 * $0)), following: 0xFFFF)
          }))
    }
  }

  @Test func `a flood of NACKs causes retransmissions of at most 15 % of the rate`() throws {
    let call = call(seed: 31)
    let before = try #require(call.sender.senderCounters(call.video)).retransmittedBytesSent
    let start = call.now
    // Requests every sequence number, twenty times a second, for four seconds.
    for _ in 0..<80 {
      for nack in everyNack.shuffled(seed: 1) { receive(nack, in: call) }
      call.run(for: .milliseconds(50))
      call.sendFrame(size: 6000)
    }
    let after = try #require(call.sender.senderCounters(call.video)).retransmittedBytesSent
    let seconds = (call.now - start).seconds
    let rate = Double(call.sender.configuration.maximumBitrate) / 8
    // The saved-up second, and the elapsed time.
    #expect(Double(after - before) <= 0.15 * rate * (seconds + 1))
    #expect(after > before)
    #expect(call.receivedFrames.count > 60)
  }

  @Test func `a NACK flood does not send one packet twice within a round trip`() throws {
    let call = call(seed: 32)
    call.run(for: .seconds(1))
    call.sendFrame(size: 5000)
    var resent: [UInt16] = []
    call.filter = { bytes, isRTCP in
      if !isRTCP, let header = try? RTPHeader(bytes.span, ids: Call.extensions), header.ssrc == Call.rtxSSRC {
        resent.append(UInt16(bytes[header.payload.lowerBound]) << 8 | UInt16(bytes[header.payload.lowerBound + 1]))
      }
      return true
    }
    let start = call.now
    for _ in 0..<15 {
      for nack in everyNack { receive(nack, in: call) }
      call.flush()
      call.run(for: .milliseconds(2))
    }
    // The round trip takes 40 ms.
    #expect(call.now - start < .milliseconds(40))
    #expect(resent.count >= 5)
    #expect(Set(resent).count == resent.count)
  }

  @Test func `floods of PLI and FIR request a key frame only every 300 ms`() throws {
    let call = call(seed: 33)
    call.answersKeyFrameRequests = false
    let start = call.now
    for i in 0..<3000 {
      receive(
        .pictureLoss(RTCPPictureLoss(sender: 1, media: Call.videoSSRC)),
        .fullIntraRequest(
          RTCPFullIntraRequest(
            sender: UInt32(i).ssrc,
            entries: (0..<20).map { .init(ssrc: Call.videoSSRC, commandNumber: UInt8(truncatingIfNeeded: i + $0)) })),
        in: call)
      call.run(for: .milliseconds(1))
    }
    let requests = call.keyFrameRequests.filter { $0 >= start }
    #expect(requests.count == 11)
    #expect(try #require(call.sender.senderCounters(call.video)).pliCount == 3000)
  }

  @Test func `FIRs with the same command number are one request`() throws {
    let call = call(seed: 34)
    call.answersKeyFrameRequests = false
    let start = call.now
    for number in [7, 7, 7, 8] as [UInt8] {
      for _ in 0..<5 {
        receive(
          .fullIntraRequest(
            RTCPFullIntraRequest(sender: 1, entries: [.init(ssrc: Call.videoSSRC, commandNumber: number)])),
          in: call)
        call.run(for: .milliseconds(100))
      }
    }
    #expect(call.keyFrameRequests.filter { $0 >= start }.count == 2)
    #expect(try #require(call.sender.senderCounters(call.video)).firCount == 2)
  }

  @Test func `RTCP about other streams changes nothing`() throws {
    let call = call(seed: 35)
    let before = try #require(call.sender.senderCounters(call.video))
    let rate = call.sender.estimatedBitrate
    let requests = call.keyFrameRequests.count
    var block = RTCPReportBlock(ssrc: 12345)
    block.fractionLost = 255
    block.highestSequence = 100_000
    receive(
      .receiverReport(RTCPReceiverReport(ssrc: 1, blocks: [block])),
      .nack(RTCPNack(sender: 1, media: 12345, lost: [1, 2, 3])),
      .nack(RTCPNack(sender: 1, media: Call.rtxSSRC, lost: [1, 2, 3])),
      .nack(RTCPNack(sender: 1, media: Call.audioSSRC, lost: [1, 2, 3])),
      .pictureLoss(RTCPPictureLoss(sender: 1, media: 12345)),
      .pictureLoss(RTCPPictureLoss(sender: 1, media: Call.audioSSRC)),
      .fullIntraRequest(RTCPFullIntraRequest(sender: 1, entries: [.init(ssrc: Call.rtxSSRC, commandNumber: 1)])),
      .maximumBitrate(RTCPMaximumBitrate(sender: 1, bitrate: 1, ssrcs: [12345])),
      .goodbye(RTCPGoodbye(ssrcs: [Call.videoSSRC, 12345])),
      in: call)
    call.flush()
    #expect(try #require(call.sender.senderCounters(call.video)) == before)
    #expect(call.sender.estimatedBitrate == rate)
    #expect(call.keyFrameRequests.count == requests)
  }

  @Test func `reports of unsent packets and impossible round trips are ignored`() throws {
    let call = call(seed: 36)
    let before = try #require(call.sender.senderCounters(call.video))
    let rate = call.sender.estimatedBitrate
    let roundTrip = try #require(call.sender.roundTripTime)
    let next = try #require(call.sender.sending.stream(call.video)).numbers.nextSequence
    var block = RTCPReportBlock(ssrc: Call.videoSSRC)
    block.fractionLost = 255
    block.highestSequence = UInt32(truncatingIfNeeded: next + 500)
    receive(.receiverReport(RTCPReceiverReport(ssrc: 1, blocks: [block])), in: call)
    #expect(try #require(call.sender.senderCounters(call.video)) == before)
    // A sender report that was never sent, and a delay longer than the report's age.
    block.highestSequence = UInt32(truncatingIfNeeded: next - 1)
    block.fractionLost = 0
    block.lastSenderReport = 0xFFFF_FFFF
    block.delaySinceLastSenderReport = 0xFFFF_FFFF
    receive(.receiverReport(RTCPReceiverReport(ssrc: 1, blocks: [block])), in: call)
    block.lastSenderReport = try #require(call.lastSenderReport)
    receive(.receiverReport(RTCPReceiverReport(ssrc: 1, blocks: [block])), in: call)
    #expect(call.sender.roundTripTime == roundTrip)
    #expect(call.sender.estimatedBitrate >= rate)
    #expect(try #require(call.sender.senderCounters(call.video)).packetsLost == 0)
  }

  @Test func `malformed packets in a compound are counted, and the valid ones processed`() throws {
    let call = call(seed: 37)
    let pli = RTCPPacket.pictureLoss(RTCPPictureLoss(sender: 1, media: Call.videoSSRC)).bytes
    let before = try #require(call.sender.senderCounters(call.video)).pliCount
    let compound = bytes("81 CE 0001 00000001") + pli + bytes("81")
    call.sender.receive(rtcp: compound.span, now: call.now)
    #expect(call.sender.transportCounters.malformedPackets == 2)
    #expect(try #require(call.sender.senderCounters(call.video)).pliCount == before + 1)
  }

  @Test(arguments: [41, 42, 43, 44] as [UInt64])
  func `packets with flipped bits, truncated or random ones leave both sides working`(seed: UInt64) throws {
    let call = Call(PathConditions(), seed: seed)
    var random = SeededRandom(seed: seed)
    var damaged = 0
    call.filter = { bytes, isRTCP in
      guard Int.random(in: 0..<4, using: &random) == 0 else { return true }
      damaged += 1
      var copy = bytes
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          copy[Int.random(in: 0..<copy.count, using: &random)] ^= 1 << Int.random(in: 0..<8, using: &random)
        }
      case 1: copy.removeLast(Int.random(in: 1...copy.count, using: &random))
      default: for i in copy.indices { copy[i] = UInt8.random(in: 0...255, using: &random) }
      }
      // To both ends, as RTP and as RTCP.
      let damagedPacket = copy
      for session in [call.sender, call.receiver] {
        session.receive(rtp: damagedPacket.span, now: call.now)
        session.receive(rtcp: damagedPacket.span, now: call.now)
      }
      return true
    }
    call.stream(for: .seconds(5)) { _, isKeyFrame in isKeyFrame ? 20_000 : 4000 }
    call.filter = { _, _ in true }
    call.stream(for: .seconds(5)) { _, isKeyFrame in isKeyFrame ? 20_000 : 4000 }
    call.run(for: .seconds(3))
    #expect(damaged > 100)
    #expect(call.receiver.transportCounters.malformedPackets > 0)
    // Afterwards frames arrive again.
    let last = try #require(call.receivedFrames.last)
    let isWhole = last.frame.data == call.sentFrames.last?.data
    #expect(isWhole)
  }

  @Test func `packets with random SSRCs, sequence numbers and timestamps take bounded memory`() {
    let call = Call(PathConditions(), seed: 45)
    var random = SeededRandom(seed: 45)
    for _ in 0..<20_000 {
      var packet = [UInt8](repeating: 0x10, count: 30)
      packet[0] = 0x90
      packet[1] = 96
      for i in 2..<12 { packet[i] = UInt8.random(in: 0...255, using: &random) }
      // The header extension has the MID, so that each SSRC replaces the stream's previous one.
      packet.replaceSubrange(12..<20, with: bytes("BEDE 0001 10 30 00 00"))
      call.receiver.receive(rtp: packet.span, now: call.now)
    }
    #expect(call.receiver.receiving.bindingCount <= 4)
    while call.receiver.nextEvent() != nil {}
    // One stream with jumping sequence numbers: the missing packets are bounded, and so are the requests for them.
    for i in 0..<5000 {
      var packet = [UInt8](repeating: 0x10, count: 30)
      packet[0] = 0x90
      packet[1] = 96
      let number = UInt16(truncatingIfNeeded: i * 900)
      packet.replaceSubrange(2..<12, with: [UInt8(number >> 8), UInt8(number & 0xFF), 0, 0, 0, 0, 9, 9, 9, 9])
      packet.replaceSubrange(12..<20, with: bytes("BEDE 0001 10 30 00 00"))
      call.receiver.receive(rtp: packet.span, now: call.now)
    }
    #expect(call.receiver.receiving.missingCount <= MissingPackets.limit)
    call.run(for: .seconds(5))
    #expect(call.receiver.receiving.missingCount == 0)
  }

  @Test func `events that are not taken are limited to 4096`() {
    let session = RTPSession(
      RTPSessionConfiguration(
        ntpClock: NTPClock(at: .zero, unixNanoseconds: 0), seed: 1, localSSRC: 1, cname: "x"))
    var parameters = RTPReceiveParameters(kind: .audio, mid: "", formats: [111: .opus])
    parameters.ssrc = 7
    _ = session.addReceiver(parameters)
    for i in 0..<10_000 {
      var packet = bytes("80 6F 0000 00000000 00000007 78 00")
      packet[2] = UInt8(truncatingIfNeeded: i >> 8)
      packet[3] = UInt8(truncatingIfNeeded: i)
      session.receive(rtp: packet.span, now: .seconds(1))
    }
    var events = 0
    while session.nextEvent() != nil { events += 1 }
    #expect(events == 4096)
  }
}

extension UInt32 {
  fileprivate var ssrc: SSRC { SSRC(rawValue: self) }
}

extension Array {
  fileprivate func shuffled(seed: UInt64) -> [Element] {
    var random = SeededRandom(seed: seed)
    return shuffled(using: &random)
  }
}
