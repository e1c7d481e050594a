internal import Media

/// The state shared by the packets of one `drain` call.
struct DrainContext {
  let now: MediaTime
  let clock: NTPClock
  let roundTrip: MediaTime?
  /// 24 bits, 6.18 fixed point seconds.
  let absSendTime: UInt32
  /// The largest audio payload that may be repeated in the next packet (RED); 0 without recent loss.
  let redundancyLimit: Int
  var nextTransportSequence: UInt16

  init(now: MediaTime, clock: NTPClock, roundTrip: MediaTime?, redundancyLimit: Int = 0, nextTransportSequence: UInt16)
  {
    self.now = now
    self.clock = clock
    self.roundTrip = roundTrip
    self.redundancyLimit = redundancyLimit
    self.nextTransportSequence = nextTransportSequence
    absSendTime = UInt32(truncatingIfNeeded: clock.time(at: now).rawValue >> 14) & 0xFF_FFFF
  }
}

/// One packet of a frame to write, with its sequence number.
struct OutgoingPacket {
  /// The packet's index within its frame.
  var index: Int
  /// Without wrap-around.
  var sequence: Int64
  /// Its sequence number in the retransmission stream; nil when it is sent for the first time, or again without such a
  /// stream. Source: RFC 4588 §4.
  var rtxSequence: UInt16?
  /// Included when the extension was negotiated.
  var captureTime: NTPTime?
}

/// The fields that all packets of a frame share within one stream.
struct FrameName {
  var timestamp: UInt32
  var pictureID: UInt16
}

/// Writes the packets of one sent stream: header, header extensions and payload. The caller numbers them.
struct RTPPacketWriter {
  /// Longer MIDs are not sent: a packet must hold them beside its payload.
  private static let midLimit = 64
  /// Audio packets that exceed this together are not combined.
  private static let redundancyLimit = 1100

  private(set) var parameters: RTPSendParameters
  /// The MID's UTF-8 bytes.
  private var midBytes: [UInt8]
  /// Whether the extensions need the two-byte form. Source: RFC 8285 §4.3.
  private var usesLongExtensions: Bool
  private var firstPictureDelay = FirstPictureDelay()
  /// Whether the remote end has reported on the stream, and so has assigned it to its media section.
  private var isKnown = false
  private(set) var isRTXKnown = false

  init(_ parameters: RTPSendParameters) {
    self.parameters = parameters
    midBytes = [UInt8](parameters.mid.utf8)
    usesLongExtensions = Self.needsLongExtensions(parameters)
  }

  mutating func update(_ parameters: RTPSendParameters) {
    if parameters.mid != self.parameters.mid || parameters.extensions.mid != self.parameters.extensions.mid {
      isKnown = false
      isRTXKnown = false
    }
    self.parameters = parameters
    midBytes = [UInt8](parameters.mid.utf8)
    usesLongExtensions = Self.needsLongExtensions(parameters)
  }

  private static func needsLongExtensions(_ parameters: RTPSendParameters) -> Bool {
    let ids = parameters.extensions
    return parameters.mid.utf8.count > 16 || RTPHeaderExtension.allCases.contains { ids[$0] > 14 }
  }

  /// A frame is about to be sent.
  mutating func willSend(_ frame: PacketizedFrame) { firstPictureDelay.willSend(frame) }

  /// The remote end has reported packets up to this one.
  mutating func reported(upTo sequence: Int64) {
    isKnown = true
    firstPictureDelay.received(upTo: sequence)
  }

  /// The remote end has reported on retransmissions.
  mutating func reportedRTX() { isRTXKnown = true }

  /// Writes a packet into `buffer`, which is large enough for any: header and extensions take at most 112 bytes, RTX 2,
  /// payloads at most 1300.
  /// - Returns: the packet's size, and how much of it is payload.
  mutating func write(
    _ packet: OutgoingPacket, of shared: PacketizedFrame, named name: FrameName, in context: DrainContext,
    into buffer: UnsafeMutableRawBufferPointer
  ) -> (size: Int, payload: Int) {
    var writer = ByteWriter(buffer)
    let isLast = packet.index == shared.packetCount - 1
    let marker: UInt16 = isLast && shared.marksEnd ? 0x80 : 0
    let isRTX = packet.rtxSequence != nil
    let redundancy = isRTX ? nil : redundancy(in: shared, context)
    let payloadType = isRTX ? parameters.rtxPayloadType : redundancy?.payloadType ?? parameters.payloadType
    let ssrc = isRTX ? parameters.rtxSSRC : parameters.ssrc
    writer.append(0x8000 | marker | UInt16((payloadType ?? parameters.payloadType).rawValue & 0x7F))
    writer.append(packet.rtxSequence ?? UInt16(truncatingIfNeeded: packet.sequence))
    writer.append(name.timestamp)
    writer.append((ssrc ?? parameters.ssrc).rawValue)
    writeExtensions(packet, of: shared, in: context, to: &writer)
    let headerSize = writer.count
    if isRTX { writer.append(UInt16(truncatingIfNeeded: packet.sequence)) }
    if let redundancy { write(redundancy.ticks, redundancy.bytes, to: &writer) }
    let payloadStart = writer.count
    let start = Int(shared.bounds[packet.index])
    let end = Int(shared.bounds[packet.index + 1])
    shared.bytes.withUnsafeBytes { writer.append(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    if let offset = shared.pictureIDOffset { writer.replace(at: payloadStart + offset, with: 0x8000 | name.pictureID) }
    return (writer.count, writer.count - headerSize)
  }

  /// The previous packet, if it is to be repeated in this one.
  private func redundancy(
    in frame: PacketizedFrame, _ context: DrainContext
  ) -> (payloadType: PayloadType, bytes: [UInt8], ticks: Int)? {
    guard let payloadType = parameters.redPayloadType, let previous = frame.previous,
      // The limits of the fields in RFC 2198 §3, and of a datagram.
      previous.bytes.count <= min(context.redundancyLimit, 0x3FF), previous.ticks < 0x4000,
      previous.bytes.count + frame.payloadByteCount <= Self.redundancyLimit
    else { return nil }
    return (payloadType, previous.bytes, previous.ticks)
  }

  /// Writes the headers of both packets, and the payload of the first. Source: RFC 2198 §3.
  private func write(_ ticks: Int, _ previous: [UInt8], to writer: inout ByteWriter) {
    let type = parameters.payloadType.rawValue & 0x7F
    writer.append(UInt32(0x80 | type) << 24 | UInt32(ticks) << 10 | UInt32(previous.count))
    writer.append([type])
    writer.append(previous)
  }

  /// Writes a padding-only packet into the retransmission stream. Source: RFC 3550 §5.1.
  /// - Parameters:
  ///   - size: the bytes of padding, 1 to 255.
  ///   - sequence: the packet's sequence number in that stream.
  /// - Precondition: there is such a stream.
  /// - Returns: the packet's size.
  mutating func writePadding(
    _ size: Int, sequence: UInt16, timestamp: UInt32, in context: DrainContext,
    into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var writer = ByteWriter(buffer)
    let payloadType = parameters.rtxPayloadType ?? parameters.payloadType
    writer.append(0xA000 | UInt16(payloadType.rawValue & 0x7F))
    writer.append(sequence)
    writer.append(timestamp)
    writer.append((parameters.rtxSSRC ?? parameters.ssrc).rawValue)
    writeExtensions(OutgoingPacket(index: 0, sequence: 0, rtxSequence: sequence), of: nil, in: context, to: &writer)
    writer.append(zeros: size - 1)
    writer.append(UInt8(size))
    return writer.count
  }

  /// Writes the negotiated extensions that this packet needs, if any.
  private mutating func writeExtensions(
    _ packet: OutgoingPacket, of frame: PacketizedFrame?, in context: DrainContext, to writer: inout ByteWriter
  ) {
    let ids = parameters.extensions
    let start = writer.count
    writer.append(usesLongExtensions ? 0x1000_0000 as UInt32 : 0xBEDE_0000)
    if ids.absSendTime != 0 {
      begin(ids.absSendTime, size: 3, to: &writer)
      writer.append24(context.absSendTime)
    }
    if ids.transportSequenceNumber != 0 {
      begin(ids.transportSequenceNumber, size: 2, to: &writer)
      writer.append(context.nextTransportSequence)
    }
    if ids.mid != 0, !(packet.rtxSequence != nil ? isRTXKnown : isKnown), (1...Self.midLimit).contains(midBytes.count) {
      begin(ids.mid, size: midBytes.count, to: &writer)
      writer.append(midBytes)
    }
    if let frame, frame.kind == .video { writePictureExtensions(packet, of: frame, to: &writer) }
    if ids.audioLevel != 0, let level = frame?.audioLevel {
      begin(ids.audioLevel, size: 1, to: &writer)
      // Only complete silence is certainly no voice.
      writer.append([level < 127 ? 0x80 | level : 127])
    }
    if ids.absCaptureTime != 0, let captureTime = packet.captureTime {
      begin(ids.absCaptureTime, size: 8, to: &writer)
      writer.append(captureTime.rawValue)
    }
    let size = writer.count - start - 4
    guard size > 0 else {
      writer.removeLast(4)
      return
    }
    let words = (size + 3) / 4
    writer.append(zeros: 4 * words - size)
    writer.replace(at: start + 2, with: UInt16(truncatingIfNeeded: words))
    writer.setBits(0x10, at: 0)
  }

  /// Stream-wide video settings are sent with each packet of a key frame, as any of its packets may be lost.
  private mutating func writePictureExtensions(
    _ packet: OutgoingPacket, of frame: PacketizedFrame, to writer: inout ByteWriter
  ) {
    let ids = parameters.extensions
    if ids.playoutDelay != 0, let delay = playoutDelay(packet, of: frame) {
      begin(ids.playoutDelay, size: 3, to: &writer)
      writer.append24(UInt32(delay.minimum & 0xFFF) << 12 | UInt32(delay.maximum & 0xFFF))
    }
    guard frame.isKeyFrame else { return }
    if ids.videoContentType != 0, parameters.contentType != .unspecified {
      begin(ids.videoContentType, size: 1, to: &writer)
      writer.append(parameters.contentType.rawValue)
    }
    if ids.colorSpace != 0, let colorSpace = parameters.colorSpace {
      begin(ids.colorSpace, size: 4, to: &writer)
      writer.append(colorSpace.rawValue)
    }
  }

  private mutating func playoutDelay(_ packet: OutgoingPacket, of frame: PacketizedFrame) -> PlayoutDelay? {
    guard let first = parameters.firstPlayoutDelay else { return frame.isKeyFrame ? parameters.playoutDelay : nil }
    if firstPictureDelay.covers(frame) { return frame.isKeyFrame ? first : nil }
    return firstPictureDelay.shouldSend(in: packet.sequence) || frame.isKeyFrame ? parameters.playoutDelay : nil
  }

  @inline(__always)
  private func begin(_ id: UInt8, size: Int, to writer: inout ByteWriter) {
    if usesLongExtensions {
      writer.append(id)
      writer.append(UInt8(truncatingIfNeeded: size))
    } else {
      writer.append(id << 4 | UInt8(truncatingIfNeeded: size - 1))
    }
  }
}

/// Decides which packets carry the playout delay of a stream whose first frame has another delay than the rest.
struct FirstPictureDelay {
  private var first: MediaTime?
  /// The first packet that carried the delay of the later frames.
  private var firstSequence: Int64?
  private var isReceived = false

  /// A frame is about to be sent.
  mutating func willSend(_ frame: PacketizedFrame) { first = first ?? frame.captureTime }

  /// Whether `frame` is the first one, so that its own delay applies.
  func covers(_ frame: PacketizedFrame) -> Bool { first.map { frame.captureTime <= $0 } ?? true }

  /// Whether this packet of a later frame must carry the delay: true until the remote end has received one that did.
  mutating func shouldSend(in sequence: Int64) -> Bool {
    if firstSequence == nil { firstSequence = sequence }
    return !isReceived
  }

  /// The remote end has reported packets up to this one.
  mutating func received(upTo sequence: Int64) {
    if let firstSequence, sequence >= firstSequence { isReceived = true }
  }
}
