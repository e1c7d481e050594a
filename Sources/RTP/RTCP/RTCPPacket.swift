/// One RTCP packet of a compound. Source: RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.
public enum RTCPPacket: Sendable, Hashable {
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
}
