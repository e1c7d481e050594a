internal import Media

/// One packet of a frame to write, with its sequence number.
struct OutgoingPacket {
  /// The packet's index within its frame.
  var index: Int
  /// Without wrap-around.
  var sequence: Int64
  /// Whether it is sent as a packet of the retransmission stream. Source: RFC 4588 §4.
  var isRTX = false
  /// Included when the extension was negotiated.
  var captureTime: NTPTime?
}

/// The fields that all packets of a frame share within one stream.
struct FrameName {
  var timestamp: UInt32
  var pictureID: UInt16
}

extension SendStream {
  /// Longer MIDs are not sent: a packet must hold them beside its payload.
  private static let midLimit = 64
  /// Audio packets that exceed this together are not combined.
  private static let redundancyLimit = 1100

  /// Writes a packet into `buffer`, which is large enough for any: header and extensions take at most 112 bytes, RTX 2,
  /// payloads at most 1300.
  /// - Returns: the packet's size, and how much of it is payload.
  func write(
    _ packet: OutgoingPacket, of shared: PacketizedFrame, named name: FrameName, in context: DrainContext,
    into buffer: UnsafeMutableRawBufferPointer
  ) -> (size: Int, payload: Int) {
    var writer = ByteWriter(buffer)
    let isLast = packet.index == shared.packetCount - 1
    let marker: UInt16 = isLast && shared.marksEnd ? 0x80 : 0
    let redundancy = packet.isRTX ? nil : redundancy(in: shared, context)
    let payloadType =
      packet.isRTX ? parameters.rtxPayloadType : redundancy?.payloadType ?? parameters.payloadType
    let ssrc = packet.isRTX ? parameters.rtxSSRC : parameters.ssrc
    writer.append(0x8000 | marker | UInt16((payloadType ?? parameters.payloadType).rawValue & 0x7F))
    if packet.isRTX {
      writer.append(nextRTXSequence)
      nextRTXSequence &+= 1
    } else {
      writer.append(UInt16(truncatingIfNeeded: packet.sequence))
    }
    writer.append(name.timestamp)
    writer.append((ssrc ?? parameters.ssrc).rawValue)
    writeExtensions(packet, of: shared, in: context, to: &writer)
    let headerSize = writer.count
    if packet.isRTX { writer.append(UInt16(truncatingIfNeeded: packet.sequence)) }
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
  /// - Precondition: there is such a stream.
  /// - Returns: the packet's size.
  func writePadding(_ size: Int, in context: DrainContext, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var writer = ByteWriter(buffer)
    let payloadType = parameters.rtxPayloadType ?? parameters.payloadType
    writer.append(0xA000 | UInt16(payloadType.rawValue & 0x7F))
    writer.append(nextRTXSequence)
    nextRTXSequence &+= 1
    writer.append(timestampOffset &+ UInt32(truncatingIfNeeded: context.now.ticks(at: parameters.clockRate)))
    writer.append((parameters.rtxSSRC ?? parameters.ssrc).rawValue)
    writeExtensions(OutgoingPacket(index: 0, sequence: 0, isRTX: true), of: nil, in: context, to: &writer)
    writer.append(zeros: size - 1)
    writer.append(UInt8(size))
    return writer.count
  }

  /// Writes the negotiated extensions that this packet needs, if any.
  private func writeExtensions(
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
    if ids.mid != 0, !(packet.isRTX ? isRTXKnown : isKnown), (1...Self.midLimit).contains(midBytes.count) {
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
  private func writePictureExtensions(_ packet: OutgoingPacket, of frame: PacketizedFrame, to writer: inout ByteWriter)
  {
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

  private func playoutDelay(_ packet: OutgoingPacket, of frame: PacketizedFrame) -> PlayoutDelay? {
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
