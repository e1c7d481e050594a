/// An RTP payload type, 0 to 127, as mapped to a codec by SDP. Source: RFC 3550 §5.1.
public struct PayloadType: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public init(integerLiteral value: UInt8) { rawValue = value }

  /// Decimal, as SDP writes it.
  public var description: String { String(rawValue) }
}
