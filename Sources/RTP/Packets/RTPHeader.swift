/// Identifies one RTP stream within a session. Source: RFC 3550 §3.
public struct SSRC: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(integerLiteral value: UInt32) { rawValue = value }

  /// Decimal, as SDP writes it.
  public var description: String { String(rawValue) }
}

/// An RTP payload type, 0 to 127, as mapped to a codec by SDP. Source: RFC 3550 §5.1.
public struct PayloadType: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  public var rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public init(integerLiteral value: UInt8) { rawValue = value }

  /// Decimal, as SDP writes it.
  public var description: String { String(rawValue) }
}

/// A 16-bit number that rises by one per packet and wraps around. Source: RFC 3550 §5.1.
package struct SequenceNumber: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
  package var rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package init(integerLiteral value: UInt16) { rawValue = value }

  /// The signed difference modulo 2¹⁶, −32768 to 32767: positive when this one is later than `other`.
  package func distance(from other: SequenceNumber) -> Int {
    Int(Int16(bitPattern: rawValue &- other.rawValue))
  }

  /// The number `count` packets later.
  package func advanced(by count: Int) -> SequenceNumber {
    SequenceNumber(rawValue: rawValue &+ UInt16(truncatingIfNeeded: count))
  }

  /// The extended number that ends in these 16 bits and is closest to `reference`.
  func extended(near reference: Int64) -> Int64 {
    reference + Int64(distance(from: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: reference))))
  }
}

/// A timestamp in units of the codec's clock rate, with a random start; it wraps around. Source: RFC 3550 §5.1.
package struct RTPTimestamp: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
  package var rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(integerLiteral value: UInt32) { rawValue = value }

  /// The signed difference modulo 2³²: positive when this one is later than `other`.
  package func distance(from other: RTPTimestamp) -> Int {
    Int(Int32(bitPattern: rawValue &- other.rawValue))
  }

  /// The timestamp `ticks` later.
  package func advanced(by ticks: Int) -> RTPTimestamp {
    RTPTimestamp(rawValue: rawValue &+ UInt32(truncatingIfNeeded: ticks))
  }
}

/// An RTP packet's header, and the location of its payload. Source: RFC 3550 §5.1, RFC 8285.
package struct RTPHeader: Sendable, Hashable {
  package var marker = false
  package var payloadType: PayloadType
  package var sequenceNumber: SequenceNumber
  package var timestamp: RTPTimestamp
  package var ssrc: SSRC
  package var extensions = RTPHeaderExtensions()
  /// The payload's range within the packet, without padding.
  package var payload: Range<Int>

  static let fixedSize = 12

  /// Parses a packet's header.
  /// - Parameters:
  ///   - packet: the complete decrypted packet.
  ///   - ids: the negotiated identifiers of header extensions.
  /// - Throws: `RTPError` when it is not RTP. A malformed extension block is no error; its values are nil.
  package init(_ packet: Span<UInt8>, ids: RTPHeaderExtensionIDs) throws(RTPError) {
    guard packet.count >= Self.fixedSize else { throw .truncated }
    let first = packet[0]
    guard first >> 6 == 2 else { throw .version }
    marker = packet[1] & 0x80 != 0
    payloadType = PayloadType(rawValue: packet[1] & 0x7F)
    sequenceNumber = SequenceNumber(rawValue: try packet.uint16(at: 2))
    timestamp = RTPTimestamp(rawValue: try packet.uint32(at: 4))
    ssrc = try packet.ssrc(at: 8)
    var start = Self.fixedSize + 4 * Int(first & 0x0F)
    if first & 0x10 != 0 {
      let profile = try packet.uint16(at: start)
      let size = 4 * Int(try packet.uint16(at: start + 2))
      start += 4
      guard size <= packet.count - start else { throw .truncated }
      extensions.read(packet, in: start..<start + size, profile: profile, ids: ids)
      start += size
    }
    guard start <= packet.count else { throw .truncated }
    var end = packet.count
    if first & 0x20 != 0 {
      let padding = Int(packet[packet.count - 1])
      guard padding > 0, padding <= end - start else { throw .padding }
      end -= padding
    }
    payload = start..<end
  }
}
