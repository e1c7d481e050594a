/// REMB: a receiver's estimate of the available bitrate. Source: draft-alvestrand-rmcat-remb-03 §2.2.
public struct RTCPMaximumBitrate: Sendable, Hashable {
  public var sender: SSRC
  /// Bits per second, of all the streams together. Written with 18 significant bits.
  public var bitrate: UInt64
  /// At most 255.
  public var ssrcs: [SSRC]

  public init(sender: SSRC, bitrate: UInt64, ssrcs: [SSRC]) {
    self.sender = sender
    self.bitrate = bitrate
    self.ssrcs = ssrcs
  }

  /// Whether an application-layer feedback packet has the identifier `REMB`.
  static func isOne(_ body: Span<UInt8>) -> Bool { (try? body.uint32(at: 8)) == 0x5245_4D42 }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    let count = Int(try body.byte(at: 12))
    let packed = UInt32(truncatingIfNeeded: try body.integer(at: 13, size: 3))
    let (exponent, mantissa) = (packed >> 18, UInt64(packed & 0x3FFFF))
    bitrate = mantissa << exponent
    guard bitrate >> exponent == mantissa else { throw .value }
    guard body.count == 16 + 4 * count else { throw .length }
    ssrcs = []
    for i in 0..<count { ssrcs.append(try body.ssrc(at: 16 + 4 * i)) }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(UInt32(0))
    writer.append(UInt32(0x5245_4D42))
    writer.append(UInt8(min(ssrcs.count, 255)))
    let exponent = max(0, 64 - bitrate.leadingZeroBitCount - 18)
    writer.append24(UInt32(exponent) << 18 | UInt32(truncatingIfNeeded: bitrate >> exponent))
    for ssrc in ssrcs.prefix(255) { writer.append(ssrc) }
  }
}
