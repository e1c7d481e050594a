/// A 16-bit number that rises by one per packet and wraps around. Source: RFC 3550 §5.1.
public struct SequenceNumber: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
  public var rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public init(integerLiteral value: UInt16) { rawValue = value }

  /// The signed difference modulo 2¹⁶, −32768 to 32767: positive when this one is later than `other`.
  public func distance(from other: SequenceNumber) -> Int {
    Int(Int16(bitPattern: rawValue &- other.rawValue))
  }

  /// The number `count` packets later.
  public func advanced(by count: Int) -> SequenceNumber {
    SequenceNumber(rawValue: rawValue &+ UInt16(truncatingIfNeeded: count))
  }

  /// The extended number that ends in these 16 bits and is closest to `reference`.
  func extended(near reference: Int64) -> Int64 {
    reference + Int64(distance(from: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: reference))))
  }
}
