/// Identifies one RTP stream within a session. Source: RFC 3550 §3.
public struct SSRC: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(integerLiteral value: UInt32) { rawValue = value }

  /// Decimal, as SDP writes it.
  public var description: String { String(rawValue) }
}
