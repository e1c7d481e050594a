/// Why bytes are not a valid RTP packet, RTCP packet or codec payload.
package enum RTPError: Error, Hashable, Sendable {
  /// The data ends too early.
  case truncated
  /// The version is not 2.
  case version
  /// The padding is longer than the packet, or not allowed there.
  case padding
  /// A length field does not match the content.
  case length
  /// A value is outside its range.
  case value
}

extension Span where Element == UInt8 {
  /// The byte at `offset`.
  func byte(at offset: Int) throws(RTPError) -> UInt8 {
    guard offset >= 0, offset < count else { throw .truncated }
    return self[offset]
  }

  /// The big-endian number of `size` bytes, at most 8, at `offset`.
  func integer(at offset: Int, size: Int) throws(RTPError) -> UInt64 {
    guard offset >= 0, size <= count, offset <= count - size else { throw .truncated }
    var value: UInt64 = 0
    for i in offset..<offset + size { value = value << 8 | UInt64(self[i]) }
    return value
  }

  /// The big-endian 16-bit number at `offset`.
  func uint16(at offset: Int) throws(RTPError) -> UInt16 {
    UInt16(truncatingIfNeeded: try integer(at: offset, size: 2))
  }

  /// The big-endian 32-bit number at `offset`.
  func uint32(at offset: Int) throws(RTPError) -> UInt32 {
    UInt32(truncatingIfNeeded: try integer(at: offset, size: 4))
  }

  /// The SSRC at `offset`.
  func ssrc(at offset: Int) throws(RTPError) -> SSRC { SSRC(rawValue: try uint32(at: offset)) }

  /// A copy of the bytes in `range`.
  func bytes(in range: Range<Int>) throws(RTPError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= count else { throw .truncated }
    return [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      extracting(range).withUnsafeBufferPointer { source in
        if !source.isEmpty { _ = buffer.initialize(fromContentsOf: source) }
      }
      initialized = range.count
    }
  }
}
