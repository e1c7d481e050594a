/// SR: a stream's counters, and the wall-clock time of its timestamps. Source: RFC 3550 §6.4.1.
public struct RTCPSenderReport: Sendable, Hashable {
  public var ssrc: SSRC
  /// The same moment as wall-clock time and, in `rtpTimestamp`, in the stream's units.
  public var ntpTime: NTPTime
  public var rtpTimestamp: RTPTimestamp
  public var packetCount: UInt32
  /// Payload bytes.
  public var octetCount: UInt32
  /// At most 31.
  public var blocks: [RTCPReportBlock] = []

  public init(ssrc: SSRC, ntpTime: NTPTime, rtpTimestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32) {
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
