internal import Media

/// The state of one received stream.
final class ReceiveStream {
  /// How many packets before the first received one are requested, because they may have been lost or reordered: as
  /// many as a sender sends in one burst.
  private static let assumedLoss: Int64 = 64
  /// How long a gap may last without NACK.
  private static let audioWait = MediaTime.milliseconds(60)
  private static let videoWait = MediaTime.milliseconds(150)

  let id: RTPReceiverID
  var parameters: RTPReceiveParameters
  var ssrc: SSRC?
  var rtxSSRC: SSRC?
  var reception: Reception?
  var rtxReception: Reception?
  var buffer: FrameBuffer
  var missing: MissingPackets
  var captureClock: CaptureClock
  var request: KeyFrameRequest
  var counters = RTPReceiverCounters()
  /// When the sequence started, or restarted.
  private(set) var started = MediaTime.zero

  init(id: RTPReceiverID, parameters: RTPReceiveParameters) {
    self.id = id
    self.parameters = parameters
    buffer = FrameBuffer(kind: parameters.kind)
    missing = Self.missing(parameters)
    captureClock = CaptureClock(rate: Self.clockRate(parameters.kind))
    request = KeyFrameRequest()
  }

  private static func missing(_ parameters: RTPReceiveParameters) -> MissingPackets {
    MissingPackets(
      usesNACK: parameters.feedback.contains(.nack), wait: parameters.kind == .audio ? audioWait : videoWait)
  }

  static func clockRate(_ kind: RTPMediaKind) -> Int {
    kind == .audio ? OpusPacketizer.clockRate : VP8Packetizer.clockRate
  }

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
}
