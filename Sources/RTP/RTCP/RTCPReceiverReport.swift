/// RR: a receiver's reports on the streams it receives. Source: RFC 3550 §6.4.2.
public struct RTCPReceiverReport: Sendable, Hashable {
  public var ssrc: SSRC
  /// At most 31.
  public var blocks: [RTCPReportBlock]

  public init(ssrc: SSRC, blocks: [RTCPReportBlock] = []) {
    self.ssrc = ssrc
    self.blocks = blocks
  }

  init(_ body: Span<UInt8>, count: Int) throws(RTPError) {
    ssrc = try body.ssrc(at: 0)
    blocks = try RTCPReportBlock.blocks(body, from: 4, count: count)
  }

  /// - Returns: the number of blocks written.
  func write(to writer: inout ByteWriter) -> UInt8 {
    writer.append(ssrc)
    for block in blocks.prefix(31) { block.write(to: &writer) }
    return UInt8(min(blocks.count, 31))
  }
}
