/// SR: a stream's counters, and the wall-clock time of its timestamps. Source: RFC 3550 §6.4.1.
package struct RTCPSenderReport: Sendable, Hashable {
  package var ssrc: SSRC
  /// The same moment as wall-clock time and, in `rtpTimestamp`, in the stream's units.
  package var ntpTime: NTPTime
  package var rtpTimestamp: RTPTimestamp
  package var packetCount: UInt32
  /// Payload bytes.
  package var octetCount: UInt32
  /// At most 31.
  package var blocks: [RTCPReportBlock] = []

  package init(ssrc: SSRC, ntpTime: NTPTime, rtpTimestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32) {
    self.ssrc = ssrc
    self.ntpTime = ntpTime
    self.rtpTimestamp = rtpTimestamp
    self.packetCount = packetCount
    self.octetCount = octetCount
  }

  init(_ body: Span<UInt8>, count: Int) throws(RTPError) {
    ssrc = try body.ssrc(at: 0)
    ntpTime = NTPTime(rawValue: try body.integer(at: 4, size: 8))
    rtpTimestamp = RTPTimestamp(rawValue: try body.uint32(at: 12))
    packetCount = try body.uint32(at: 16)
    octetCount = try body.uint32(at: 20)
    blocks = try RTCPReportBlock.blocks(body, from: 24, count: count)
  }

  /// - Returns: the number of blocks written.
  func write(to writer: inout ByteWriter) -> UInt8 {
    writer.append(ssrc)
    writer.append(ntpTime.rawValue)
    writer.append(rtpTimestamp.rawValue)
    writer.append(packetCount)
    writer.append(octetCount)
    for block in blocks.prefix(31) { block.write(to: &writer) }
    return UInt8(min(blocks.count, 31))
  }
}

/// RR: a receiver's reports on the streams it receives. Source: RFC 3550 §6.4.2.
package struct RTCPReceiverReport: Sendable, Hashable {
  package var ssrc: SSRC
  /// At most 31.
  package var blocks: [RTCPReportBlock]

  package init(ssrc: SSRC, blocks: [RTCPReportBlock] = []) {
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

/// A receiver's report on one stream. Source: RFC 3550 §6.4.1.
package struct RTCPReportBlock: Sendable, Hashable {
  package var ssrc: SSRC
  /// The fraction lost since the last report, in 1/256.
  package var fractionLost: UInt8 = 0
  /// Packets lost, 24 bits; negative when there were duplicates.
  package var cumulativeLost: Int32 = 0
  /// The number of wrap-arounds (upper 16 bits), and the highest sequence number received.
  package var highestSequence: UInt32 = 0
  /// In timestamp units.
  package var jitter: UInt32 = 0
  /// The middle 32 bits of the last sender report's NTP time (LSR); 0 for none.
  package var lastSenderReport: UInt32 = 0
  /// The time since that report arrived (DLSR), in 2⁻¹⁶ s.
  package var delaySinceLastSenderReport: UInt32 = 0

  static let size = 24

  package init(ssrc: SSRC) { self.ssrc = ssrc }

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
