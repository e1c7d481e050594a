internal import Media

/// One received stream: it orders packets, assembles frames, and asks for what is missing. Which packets are its own is
/// up to `ReceiveSide`.
final class ReceiveStream {
  /// How many packets before the first received one are requested, because they may have been lost or reordered: as
  /// many as a sender sends in one burst.
  private static let assumedLoss: Int64 = 64
  /// How long a gap may last without NACK.
  private static let audioWait = MediaTime.milliseconds(60)
  private static let videoWait = MediaTime.milliseconds(150)
  /// How long to wait for the rest of a first key frame.
  private static let beginningWait = MediaTime.milliseconds(200)
  /// Keeps a NACK small enough for any compound packet.
  private static let entriesPerNack = 200

  let id: RTPReceiverID
  private(set) var parameters: RTPReceiveParameters
  private(set) var ssrc: SSRC?
  private(set) var rtxSSRC: SSRC?
  private var reception: Reception?
  private var rtxReception: Reception?
  private var buffer: FrameBuffer
  private var missing: MissingPackets
  private var captureClock: CaptureClock
  private var request = KeyFrameRequest()
  /// Without loss and jitter.
  private var counters = RTPReceiverCounters()
  /// When the sequence started, or restarted.
  private var started = MediaTime.zero

  init(id: RTPReceiverID, parameters: RTPReceiveParameters) {
    self.id = id
    self.parameters = parameters
    buffer = FrameBuffer(kind: parameters.kind)
    missing = Self.missing(parameters)
    captureClock = CaptureClock(rate: Self.clockRate(parameters.kind))
  }

  private static func missing(_ parameters: RTPReceiveParameters) -> MissingPackets {
    MissingPackets(
      usesNACK: parameters.feedback.contains(.nack), wait: parameters.kind == .audio ? audioWait : videoWait)
  }

  private static func clockRate(_ kind: RTPMediaKind) -> Int {
    kind == .audio ? OpusPacketizer.clockRate : VP8Packetizer.clockRate
  }

  /// Whether a packet has arrived.
  var hasReceived: Bool { counters.lastPacketReceived != nil }

  /// The number of packets that are missing.
  var missingCount: Int { missing.count }

  /// The counters, with loss and jitter from `reception`.
  var currentCounters: RTPReceiverCounters {
    var counters = counters
    if let reception {
      counters.packetsLost = reception.packetsLost
      counters.jitter = Double(reception.jitter) / Double(Self.clockRate(parameters.kind))
    }
    return counters
  }

  func update(_ parameters: RTPReceiveParameters) {
    if parameters.feedback.contains(.nack) != self.parameters.feedback.contains(.nack) {
      missing = Self.missing(parameters)
    }
    self.parameters = parameters
  }

  /// Starts again with another SSRC.
  func bind(_ ssrc: SSRC) {
    self.ssrc = ssrc
    counters.ssrc = ssrc
    reception = Reception(ssrc: ssrc, clockRate: Self.clockRate(parameters.kind))
    captureClock = CaptureClock(rate: Self.clockRate(parameters.kind))
    missing.removeAll()
  }

  func bindRTX(_ ssrc: SSRC) {
    rtxSSRC = ssrc
    rtxReception = Reception(ssrc: ssrc, clockRate: Self.clockRate(parameters.kind))
  }

  /// Gives up the stream's SSRC, or that of its retransmissions.
  func unbind(isRTX: Bool) {
    if isRTX { rtxSSRC = nil } else { ssrc = nil }
  }

  // MARK: Packets

  /// Processes a packet of the stream's own SSRC.
  func receive(_ header: RTPHeader, _ packet: Span<UInt8>, now: MediaTime) {
    count(header, packet, now: now)
    guard let placement = reception?.received(header, now: now) else { return }
    switch placement {
    case .implausible: counters.packetsDiscarded += 1
    case .at(let sequence): insert(header, packet.extracting(header.payload), at: sequence, isRTX: false, now: now)
    case .restart(let sequence):
      started = now
      missing.removeAll()
      let first = try? fragment(of: packet.extracting(header.payload), type: header.payloadType)
      // The first packet of a key frame needs no earlier packets. Nor does audio.
      let begin = first?.isKeyFrame == true ? sequence : sequence - Self.assumedLoss
      buffer.restart(at: begin)
      _ = missing.add(begin..<sequence, now: now)
      insert(header, packet.extracting(header.payload), at: sequence, isRTX: false, now: now)
    }
  }

  /// Processes a retransmission: its payload is the original sequence number, then the original payload. Source: RFC
  /// 4588 §4.
  func receiveRTX(_ header: RTPHeader, _ packet: Span<UInt8>, now: MediaTime) {
    count(header, packet, now: now)
    counters.retransmittedPacketsReceived += 1
    counters.retransmittedBytesReceived += UInt64(header.payload.count)
    _ = rtxReception?.received(header, now: now)
    guard case .rtx(let original)? = parameters.formats[header.payloadType], header.payload.count > 2,
      let number = try? packet.uint16(at: header.payload.lowerBound),
      let sequence = reception?.place(SequenceNumber(rawValue: number))
    else { return }
    var restored = header
    restored.payloadType = original
    insert(
      restored, packet.extracting(header.payload.lowerBound + 2..<header.payload.upperBound), at: sequence, isRTX: true,
      now: now)
  }

  private func count(_ header: RTPHeader, _ packet: Span<UInt8>, now: MediaTime) {
    counters.packetsReceived += 1
    counters.bytesReceived += UInt64(header.payload.count)
    counters.headerBytesReceived += UInt64(packet.count - header.payload.count)
    counters.lastPacketReceived = now
  }

  private func fragment(of payload: Span<UInt8>, type: PayloadType) throws(RTPError) -> PayloadFragment {
    switch parameters.formats[type] {
    case .vp8: try VP8Depacketizer.fragment(payload)
    case .opus: try OpusDepacketizer.fragment(payload)
    case .red: try REDDepacketizer.fragment(payload)
    case .rtx, nil: throw .value
    }
  }

  private func insert(_ header: RTPHeader, _ payload: Span<UInt8>, at sequence: Int64, isRTX: Bool, now: MediaTime) {
    let before = buffer.highest
    var packet = ReceivedPacket(
      sequence: sequence, timestamp: header.timestamp, payloadType: header.payloadType, beginsFrame: false,
      endsFrame: false, isKeyFrame: false, captureTime: header.extensions.absCaptureTime, arrival: now, data: [])
    // An unreadable packet still fills its slot, so that it does not count as missing: padding has no payload at all.
    if let fragment = try? fragment(of: payload, type: header.payloadType),
      let data = try? payload.bytes(in: fragment.data)
    {
      counters.payloadType = header.payloadType
      packet.beginsFrame = fragment.beginsFrame
      packet.endsFrame = fragment.endsFrame || header.marker
      packet.isKeyFrame = fragment.isKeyFrame
      packet.data = data
    }
    switch buffer.insert(packet) {
    case .duplicateOrLate: counters.packetsDiscarded += 1
    case .tooFar: restartBuffer(after: sequence, now: now)
    case .inserted:
      if sequence > before + 1 {
        // Packets before the buffer's start are duplicateOrLate.
        let from = max(before + 1, buffer.start ?? before + 1)
        if from < sequence, !missing.add(from..<sequence, now: now) { restartBuffer(after: sequence, now: now) }
      } else {
        missing.remove(sequence, wasReordered: !isRTX, now: now)
      }
    }
  }

  /// Clears the buffer and requests a key frame: too much is missing for retransmission.
  private func restartBuffer(after sequence: Int64, now: MediaTime) {
    missing.removeAll()
    buffer.restart(at: sequence + 1)
    if parameters.kind == .video { request.need(from: now) }
  }

  /// Processes a sender report on the stream, or on its retransmissions.
  func received(_ report: RTCPSenderReport, isRTX: Bool, now: MediaTime) {
    if isRTX {
      rtxReception?.received(report, now: now)
    } else {
      reception?.received(report, now: now)
      captureClock.setReference(report.ntpTime, for: report.rtpTimestamp)
    }
  }

  /// The next report blocks: of the stream, and of its retransmissions.
  func reportBlocks(now: MediaTime) -> [RTCPReportBlock] {
    var blocks: [RTCPReportBlock] = []
    if ssrc != nil, let block = reception?.report(now: now) { blocks.append(block) }
    if rtxSSRC != nil, let block = rtxReception?.report(now: now) { blocks.append(block) }
    return blocks
  }

  // MARK: Frames

  /// Delivers complete frames, skips gaps that have timed out, and requests a key frame when nothing else can help.
  func advance(now: MediaTime, events: inout RTPEventQueue) {
    while true {
      while let frame = buffer.next() { deliver(frame, events: &events) }
      missing.removeAll(before: buffer.scan)
      guard buffer.hasGap, missing.hasExpired(now: now) || missing.isEmpty else { break }
      buffer.skipGap()
    }
    counters.framesDropped = buffer.framesDropped
    guard buffer.start != nil, buffer.awaitsKeyFrame else { return }
    if buffer.hasKeyFrame {
      request.satisfied()
    } else {
      // While the first packets of a key frame may still arrive, no other key frame is requested.
      let isLost = missing.isEmpty || buffer.framesDropped > 0
      request.need(from: isLost ? now : started + Self.beginningWait)
    }
  }

  private func deliver(_ frame: FrameBuffer.Frame, events: inout RTPEventQueue) {
    guard let first = frame.packets.first, let last = frame.packets.last else { return }
    var data: [UInt8] = []
    data.reserveCapacity(frame.packets.reduce(0) { $0 + $1.data.count })
    for packet in frame.packets { data += packet.data }
    let ticks = captureClock.ticks(first.timestamp)
    if let time = first.captureTime { captureClock.setReference(time, for: first.timestamp) }
    var received = RTPReceivedFrame(
      data: data, kind: parameters.kind, payloadType: first.payloadType, timestamp: first.timestamp, ticks: ticks,
      captureTime: captureClock.time(at: ticks), arrival: last.arrival, isKeyFrame: first.isKeyFrame, size: nil)
    counters.framesReceived += 1
    if parameters.kind == .video, first.isKeyFrame {
      received.size = VP8FrameHeader(data.span)?.size
      counters.frameSize = received.size ?? counters.frameSize
      request.satisfied()
    }
    events.append(.frame(id, received))
  }

  // MARK: Feedback

  /// Requests a key frame from the sender.
  func requestKeyFrame(now: MediaTime) { request.need(from: now) }

  /// The feedback that is due.
  func feedback(sender: SSRC, roundTrip: MediaTime, now: MediaTime) -> [RTCPPacket] {
    guard let ssrc else { return [] }
    var packets: [RTCPPacket] = []
    let lost = missing.due(roundTrip: roundTrip, now: now).map {
      SequenceNumber(rawValue: UInt16(truncatingIfNeeded: $0))
    }
    var entries = RTCPNack(sender: sender, media: ssrc, lost: lost).entries[...]
    while !entries.isEmpty {
      packets.append(.nack(RTCPNack(sender: sender, media: ssrc, entries: Array(entries.prefix(Self.entriesPerNack)))))
      entries = entries.dropFirst(Self.entriesPerNack)
      counters.nackCount += 1
    }
    if request.isDue(now: now) {
      if parameters.feedback.contains(.pli) {
        counters.pliCount += 1
        packets.append(.pictureLoss(RTCPPictureLoss(sender: sender, media: ssrc)))
      } else if parameters.feedback.contains(.fir) {
        counters.firCount += 1
        let entry = RTCPFullIntraRequest.Entry(ssrc: ssrc, commandNumber: request.commandNumber)
        packets.append(.fullIntraRequest(RTCPFullIntraRequest(sender: sender, entries: [entry])))
      }
    }
    return packets
  }

  /// When to call `feedback` next.
  func wake(roundTrip: MediaTime) -> MediaTime {
    ssrc == nil ? .distantFuture : min(missing.wake(roundTrip: roundTrip), request.wake)
  }
}
