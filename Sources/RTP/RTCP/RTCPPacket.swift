/// One RTCP packet of a compound. Source: RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.
package enum RTCPPacket: Sendable, Hashable {
  case senderReport(RTCPSenderReport)
  case receiverReport(RTCPReceiverReport)
  case sourceDescription(RTCPSourceDescription)
  case goodbye(RTCPGoodbye)
  case nack(RTCPNack)
  case pictureLoss(RTCPPictureLoss)
  case fullIntraRequest(RTCPFullIntraRequest)
  case maximumBitrate(RTCPMaximumBitrate)
  case transportFeedback(RTCPTransportFeedback)
  case unknown(RTCPUnknown)

  /// Values of the 8-bit packet type.
  enum PacketType {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let goodbye: UInt8 = 203
    static let transportLayerFeedback: UInt8 = 205
    static let payloadSpecificFeedback: UInt8 = 206
  }

  /// Values of the 5-bit feedback message type (FMT).
  enum Format {
    static let nack: UInt8 = 1
    static let transportFeedback: UInt8 = 15
    static let pictureLoss: UInt8 = 1
    static let fullIntraRequest: UInt8 = 4
    static let application: UInt8 = 15
  }

  /// - Parameter body: the bytes after the first four, without padding.
  init(type: UInt8, count: UInt8, body: Span<UInt8>) throws(RTPError) {
    switch (type, count) {
    case (PacketType.senderReport, _): self = .senderReport(try RTCPSenderReport(body, count: Int(count)))
    case (PacketType.receiverReport, _): self = .receiverReport(try RTCPReceiverReport(body, count: Int(count)))
    case (PacketType.sourceDescription, _):
      self = .sourceDescription(try RTCPSourceDescription(body, count: Int(count)))
    case (PacketType.goodbye, _): self = .goodbye(try RTCPGoodbye(body, count: Int(count)))
    case (PacketType.transportLayerFeedback, Format.nack): self = .nack(try RTCPNack(body))
    case (PacketType.transportLayerFeedback, Format.transportFeedback):
      self = .transportFeedback(try RTCPTransportFeedback(body))
    case (PacketType.payloadSpecificFeedback, Format.pictureLoss): self = .pictureLoss(try RTCPPictureLoss(body))
    case (PacketType.payloadSpecificFeedback, Format.fullIntraRequest):
      self = .fullIntraRequest(try RTCPFullIntraRequest(body))
    case (PacketType.payloadSpecificFeedback, Format.application) where RTCPMaximumBitrate.isOne(body):
      self = .maximumBitrate(try RTCPMaximumBitrate(body))
    default: self = .unknown(RTCPUnknown(type: type, count: count, body: try body.bytes(in: 0..<body.count)))
    }
  }

  /// Writes the packet including its header of four bytes.
  func write(to writer: inout ByteWriter) {
    let start = writer.count
    writer.append(UInt32(0))
    let count: UInt8
    let type: UInt8
    switch self {
    case .senderReport(let report): (type, count) = (PacketType.senderReport, report.write(to: &writer))
    case .receiverReport(let report): (type, count) = (PacketType.receiverReport, report.write(to: &writer))
    case .sourceDescription(let description):
      (type, count) = (PacketType.sourceDescription, description.write(to: &writer))
    case .goodbye(let goodbye): (type, count) = (PacketType.goodbye, goodbye.write(to: &writer))
    case .nack(let nack):
      (type, count) = (PacketType.transportLayerFeedback, Format.nack)
      nack.write(to: &writer)
    case .transportFeedback(let feedback):
      (type, count) = (PacketType.transportLayerFeedback, Format.transportFeedback)
      feedback.write(to: &writer)
    case .pictureLoss(let loss):
      (type, count) = (PacketType.payloadSpecificFeedback, Format.pictureLoss)
      loss.write(to: &writer)
    case .fullIntraRequest(let request):
      (type, count) = (PacketType.payloadSpecificFeedback, Format.fullIntraRequest)
      request.write(to: &writer)
    case .maximumBitrate(let bitrate):
      (type, count) = (PacketType.payloadSpecificFeedback, Format.application)
      bitrate.write(to: &writer)
    case .unknown(let unknown):
      (type, count) = (unknown.type, unknown.count)
      writer.append(unknown.body)
    }
    writer.append(zeros: (4 - (writer.count - start) & 3) & 3)
    writer.replace(at: start, with: 0x8000 | UInt16(count & 0x1F) << 8 | UInt16(type))
    writer.replace(at: start + 2, with: UInt16(truncatingIfNeeded: (writer.count - start) / 4 - 1))
  }

  /// The encoded packet alone, not in a compound.
  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: encodedSizeLimit) { buffer, initialized in
      var writer = ByteWriter(UnsafeMutableRawBufferPointer(buffer))
      write(to: &writer)
      initialized = writer.count
    }
  }

  /// An upper bound of the encoded size, in bytes.
  var encodedSizeLimit: Int {
    let body: Int
    switch self {
    case .senderReport(let report): body = 24 + report.blocks.count * RTCPReportBlock.size
    case .receiverReport(let report): body = 4 + report.blocks.count * RTCPReportBlock.size
    case .sourceDescription(let description):
      body = description.chunks.reduce(0) { sum, chunk in
        chunk.items.reduce(sum + 8) { $0 + 2 + min($1.text.count, 255) }
      }
    case .goodbye(let goodbye): body = 4 * goodbye.ssrcs.count + 1 + min(goodbye.reason?.count ?? 0, 255)
    case .nack(let nack): body = 8 + 4 * nack.entries.count
    case .pictureLoss: body = 8
    case .fullIntraRequest(let request): body = 8 + 8 * request.entries.count
    case .maximumBitrate(let bitrate): body = 16 + 4 * bitrate.ssrcs.count
    // The chunks take less than two and a half bits per packet, plus one chunk.
    case .transportFeedback(let feedback): body = 16 + 2 * feedback.arrivals.count + feedback.arrivals.count / 3 + 4
    case .unknown(let unknown): body = unknown.body.count
    }
    return 4 + (body + 3) / 4 * 4
  }
}

/// A packet of an unsupported type.
package struct RTCPUnknown: Sendable, Hashable {
  package var type: UInt8
  /// The five bits after the version and the padding bit.
  package var count: UInt8
  /// The bytes after the first four, without padding.
  package var body: [UInt8]

  package init(type: UInt8, count: UInt8, body: [UInt8]) {
    self.type = type
    self.count = count
    self.body = body
  }
}

/// Parses a compound or reduced-size packet. Source: RFC 3550 §6.1, RFC 5506.
///
/// It stores only a position: pass the same bytes to each call.
package struct RTCPReader {
  private var position = 0

  package init() {}

  /// Returns the next packet, or nil after the last.
  ///
  /// After an error in a packet's content the next call continues with the following packet. After an error in the
  /// compound's structure the next call returns nil.
  package mutating func next(in bytes: Span<UInt8>) throws(RTPError) -> RTCPPacket? {
    guard position < bytes.count else { return nil }
    let start = position
    position = bytes.count
    guard start <= bytes.count - 4 else { throw .truncated }
    let first = bytes[start]
    guard first >> 6 == 2 else { throw .version }
    let size = 4 * (Int(try bytes.uint16(at: start + 2)) + 1)
    guard size <= bytes.count - start else { throw .truncated }
    var end = start + size
    if first & 0x20 != 0 {
      // Only the last packet may be padded.
      guard end == bytes.count else { throw .padding }
      let padding = Int(bytes[end - 1])
      guard padding > 0, padding & 3 == 0, padding <= size - 4 else { throw .padding }
      end -= padding
    }
    position = start + size
    return try RTCPPacket(
      type: bytes[start + 1], count: first & 0x1F, body: bytes.extracting(start + 4..<end))
  }
}
