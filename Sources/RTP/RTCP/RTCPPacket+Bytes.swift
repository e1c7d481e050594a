extension RTCPPacket {
  /// The encoded packet alone, not in a compound.
  public var bytes: [UInt8] {
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
