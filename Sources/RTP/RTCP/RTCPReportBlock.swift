/// A receiver's report on one stream. Source: RFC 3550 §6.4.1.
public struct RTCPReportBlock: Sendable, Hashable {
  public var ssrc: SSRC
  /// The fraction lost since the last report, in 1/256.
  public var fractionLost: UInt8 = 0
  /// Packets lost, 24 bits; negative when there were duplicates.
  public var cumulativeLost: Int32 = 0
  /// The number of wrap-arounds (upper 16 bits), and the highest sequence number received.
  public var highestSequence: UInt32 = 0
  /// In timestamp units.
  public var jitter: UInt32 = 0
  /// The middle 32 bits of the last sender report's NTP time (LSR); 0 for none.
  public var lastSenderReport: UInt32 = 0
  /// The time since that report arrived (DLSR), in 2⁻¹⁶ s.
  public var delaySinceLastSenderReport: UInt32 = 0

  static let size = 24

  public init(ssrc: SSRC) { self.ssrc = ssrc }

  init(_ body: Span<UInt8>, at offset: Int) throws(RTPError) {
    ssrc = try body.ssrc(at: offset)
    fractionLost = try body.byte(at: offset + 4)
    // Shifts the 24 bits up and back to extend the sign.
    let lost = Int32(truncatingIfNeeded: try body.integer(at: offset + 5, size: 3))
    cumulativeLost = (lost << 8) >> 8
    highestSequence = try body.uint32(at: offset + 8)
    jitter = try body.uint32(at: offset + 12)
    lastSenderReport = try body.uint32(at: offset + 16)
    delaySinceLastSenderReport = try body.uint32(at: offset + 20)
  }

  /// Parses `count` blocks after the first `offset` bytes. Bytes after the blocks are profile-specific and are skipped.
  static func blocks(_ body: Span<UInt8>, from offset: Int, count: Int) throws(RTPError) -> [RTCPReportBlock] {
    guard offset + count * size <= body.count else { throw .truncated }
    var blocks: [RTCPReportBlock] = []
    blocks.reserveCapacity(count)
    for i in 0..<count { blocks.append(try RTCPReportBlock(body, at: offset + i * size)) }
    return blocks
  }

  func write(to writer: inout ByteWriter) {
    writer.append(ssrc)
    writer.append(fractionLost)
    writer.append24(UInt32(bitPattern: min(max(cumulativeLost, -0x80_0000), 0x7F_FFFF)))
    writer.append(highestSequence)
    writer.append(jitter)
    writer.append(lastSenderReport)
    writer.append(delaySinceLastSenderReport)
  }
}
