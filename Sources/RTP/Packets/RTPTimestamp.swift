/// A timestamp in units of the codec's clock rate, with a random start; it wraps around. Source: RFC 3550 §5.1.
public struct RTPTimestamp: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(integerLiteral value: UInt32) { rawValue = value }

  /// The signed difference modulo 2³²: positive when this one is later than `other`.
  public func distance(from other: RTPTimestamp) -> Int {
    Int(Int32(bitPattern: rawValue &- other.rawValue))
  }

  /// The timestamp `ticks` later.
  public func advanced(by ticks: Int) -> RTPTimestamp {
    RTPTimestamp(rawValue: rawValue &+ UInt32(truncatingIfNeeded: ticks))
  }
}
