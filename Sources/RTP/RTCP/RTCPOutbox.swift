/// RTCP packets queued to be sent in compound packets.
struct RTCPOutbox {
  /// The largest compound, in bytes: it fits any path together with its protection.
  static let sizeLimit = 1150

  private var packets = RingQueue<RTCPPacket>()

  var isEmpty: Bool { packets.isEmpty }

  mutating func append(_ packet: RTCPPacket) { packets.append(packet) }

  /// Writes as many packets as fit the batch.
  /// - Parameters:
  ///   - opening: the packets that start a compound without a report of its own; empty when reduced-size packets are
  ///     allowed. Source: RFC 3550 §6.1, RFC 5506.
  /// - Returns: whether the batch was too small.
  mutating func drain(opening: [RTCPPacket], into batch: RTPPacketBatch) -> Bool {
    while let first = packets.first {
      guard !batch.isFull else { return true }
      var writer = ByteWriter(batch.next)
      if !first.isReport {
        for packet in opening { packet.write(to: &writer) }
      }
      let start = writer.count
      while let next = packets.first, writer.count + next.encodedSizeLimit <= Self.sizeLimit {
        next.write(to: &writer)
        packets.removeFirst()
      }
      if writer.count > start {
        batch.append(length: writer.count, isRTCP: true)
      } else {
        // Larger than any compound; this library creates no such packets.
        packets.removeFirst()
      }
    }
    return false
  }
}

extension RTCPPacket {
  /// Whether a compound may start with it.
  fileprivate var isReport: Bool {
    switch self {
    case .senderReport, .receiverReport: true
    default: false
    }
  }
}
