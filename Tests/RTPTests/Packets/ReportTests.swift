import Media
import Testing

@testable import RTP

/// RTCP reports, CNAMEs and BYE.
@Suite struct ReportTests {
  /// The RTCP packets that the sender sends, with the time of each.
  private func control(_ call: Call, for duration: MediaTime, during work: () -> Void) -> [(MediaTime, [RTCPPacket])] {
    var packets: [(MediaTime, [RTCPPacket])] = []
    call.filter = { bytes, isRTCP in
      if isRTCP { packets.append((call.now, RTCPPacket.all(in: bytes).packets)) }
      return true
    }
    work()
    call.run(for: duration)
    return packets
  }

  @Test func `the first report comes with the first packet, then about one a second`() {
    let call = Call(PathConditions(), seed: 61)
    let start = call.now
    let compounds = control(call, for: .seconds(60)) { call.sendFrame(size: 1000) }
    #expect(compounds.first?.0 == start)
    #expect((50...70).contains(compounds.count))
    for (before, after) in zip(compounds, compounds.dropFirst()) {
      #expect((500...1500).contains((after.0 - before.0).roundedMilliseconds))
    }
  }

  @Test func `reports map capture times to the wall clock, the same for sound and pictures`() throws {
    let call = Call(PathConditions(), seed: 62)
    var timestamps: [UInt32: (RTPTimestamp, MediaTime)] = [:]
    var reports: [RTCPSenderReport] = []
    call.filter = { bytes, isRTCP in
      if isRTCP {
        for case .senderReport(let report) in RTCPPacket.all(in: bytes).packets { reports.append(report) }
      } else if let header = try? RTPHeader(bytes.span, ids: Call.extensions) {
        timestamps[header.ssrc.rawValue] = (header.timestamp, call.now)
      }
      return true
    }
    for _ in 0..<40 {
      call.sendFrame(size: 500)
      call.sendAudio()
      call.run(for: .milliseconds(100))
    }
    let clock = call.sender.configuration.ntpClock
    for (ssrc, rate) in [(Call.videoSSRC, 90_000.0), (Call.audioSSRC, 48_000.0)] {
      let (timestamp, captured) = try #require(timestamps[ssrc.rawValue])
      let report = try #require(reports.last { $0.ssrc == ssrc })
      let byTimestamp = Double(timestamp.distance(from: report.rtpTimestamp)) / rate
      let byClock = clock.time(at: captured).duration(since: report.ntpTime).seconds
      #expect(abs(byTimestamp - byClock) < 0.00005)
    }
    #expect(reports.last { $0.ssrc == Call.videoSSRC }?.packetCount ?? 0 > 30)
  }

  @Test func `each compound begins with a report and has the CNAME of its streams`() throws {
    let call = Call(PathConditions(), seed: 63)
    let compounds = control(call, for: .seconds(3)) {
      call.sendFrame(size: 1000)
      call.sendAudio()
      call.run(for: .seconds(2))
    }
    let last = try #require(compounds.last?.1)
    #expect(last.count == 3)
    guard case .senderReport = last[0], case .senderReport = last[1], case .sourceDescription(let names) = last[2]
    else {
      Issue.record("\(last)")
      return
    }
    #expect(names.chunks.map(\.ssrc) == [Call.videoSSRC, Call.audioSSRC])
    #expect(names.chunks.allSatisfy { $0.cname == "one" })
  }

  @Test func `the round trip is measured, and loss is reported`() throws {
    let call = Call(PathConditions(delay: .milliseconds(40), loss: 0.05), seed: 64)
    call.stream(for: .seconds(20)) { _, isKeyFrame in isKeyFrame ? 20_000 : 5000 }
    let counters = try #require(call.sender.senderCounters(call.video))
    let roundTrip = try #require(counters.roundTripTime).seconds
    #expect(abs(roundTrip - 0.08) < 0.005)
    #expect(counters.packetsLost > 50)
    #expect(counters.fractionLost > 0)
    #expect(counters.roundTripTimeMeasurements > 8)
    let lost = try #require(call.receiver.receiverCounters(call.remoteVideo)).packetsLost
    #expect(abs(lost - counters.packetsLost) < 20)
  }

  @Test func `removing a sender sends BYE for its streams`() throws {
    let call = Call(PathConditions(), seed: 65)
    call.stream(for: .seconds(1)) { _, _ in 1000 }
    call.sendFrame(size: 50_000)
    let compounds = control(call, for: .seconds(1)) {
      call.sender.removeSender(call.video)
      call.flush()
    }
    let goodbyes = compounds.flatMap(\.1).compactMap { packet -> [SSRC]? in
      if case .goodbye(let goodbye) = packet { goodbye.ssrcs } else { nil }
    }
    #expect(goodbyes == [[Call.videoSSRC, Call.rtxSSRC]])
    #expect(call.goodbyes == 1)
    #expect(call.sender.senderCounters(call.video) == nil)
    // Its ID remains invalid, also after another sender is added.
    var parameters = RTPSendParameters(kind: .video, ssrc: 77, payloadType: 96, clockRate: 90_000)
    parameters.extensions = Call.extensions
    let next = call.sender.addSender(parameters)
    #expect(next != call.video)
    let departed = call.departures.count
    call.sendFrame(size: 1000, isKeyFrame: true)
    let isControl = call.departures.dropFirst(departed).allSatisfy { $0.isRTCP }
    #expect(isControl)
  }

  @Test func `without reduced-size RTCP feedback follows a report and a CNAME`() throws {
    var configuration = RTPSessionConfiguration(
      ntpClock: NTPClock(at: .zero, unixNanoseconds: 0), seed: 1, localSSRC: 8, cname: "x")
    configuration.reducedSizeRTCP = false
    let session = RTPSession(configuration)
    var parameters = RTPReceiveParameters(kind: .video, mid: "", formats: [96: .vp8])
    parameters.feedback = [.pli]
    parameters.ssrc = 9
    let receiver = session.addReceiver(parameters)
    session.requestKeyFrame(receiver, now: .seconds(1))
    let batch = RTPPacketBatch(capacity: 4)
    #expect(!session.drain(now: .seconds(1), into: batch))
    #expect(batch.count == 1 && batch.isRTCP(0))
    let packets = RTCPPacket.all(in: [UInt8](batch.packet(0))).packets
    #expect(
      packets == [
        .receiverReport(RTCPReceiverReport(ssrc: 8)),
        .sourceDescription(RTCPSourceDescription(cname: "x", of: [8])),
        .pictureLoss(RTCPPictureLoss(sender: 8, media: 9)),
      ])
  }

  @Test func `a batch that is too small is filled again until everything is sent`() {
    let session = RTPSession(
      RTPSessionConfiguration(ntpClock: NTPClock(at: .zero, unixNanoseconds: 0), seed: 1, localSSRC: 8, cname: "x"))
    let sender = session.addSender(
      RTPSendParameters(kind: .video, ssrc: 9, payloadType: 96, clockRate: 90_000))
    let frame = VP8Packetizer().packetize(
      TestFrames.vp8(0, isKeyFrame: true, size: 8000), captureTime: .zero, isKeyFrame: true)!
    session.send(frame, sender: sender, now: .seconds(1))
    let batch = RTPPacketBatch(capacity: 1)
    var drained: [Bool] = []
    repeat {
      drained.append(session.drain(now: .seconds(1), into: batch))
      batch.removeAll()
    } while drained.last == true
    // Seven packets and a report.
    #expect(drained.count == 8)
  }

  @Test func `an idle session wakes up fewer than 25 times in ten seconds`() {
    let call = Call(PathConditions(), seed: 66)
    call.stream(for: .seconds(1)) { _, _ in 1000 }
    var wakes = 0
    var now = call.now
    let batch = RTPPacketBatch()
    while now < call.now + .seconds(10) {
      let next = call.sender.nextWake
      #expect(next > now)
      now = max(next, now + .nanoseconds(1))
      _ = call.sender.drain(now: now, into: batch)
      batch.removeAll()
      wakes += 1
    }
    #expect(wakes < 25)
  }
}
