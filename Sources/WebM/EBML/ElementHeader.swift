/// The header of an element: its identifier and its size.
///
/// Source: RFC 8794 §3.
struct ElementHeader: Equatable {
  var id: ElementID
  /// Bytes of data, or nil if the size is unknown.
  var size: UInt64?
  /// Bytes of the header itself.
  var length: Int

  /// The longest header within Matroska's limits, in bytes.
  static let maximumLength = 12

  /// The header at `index`, or nil if `bytes` ends inside it.
  /// - Parameter offset: the position of `index` in the file, for errors.
  /// - Throws: `WebMError.invalidElementID` for an identifier that is too long, not the shortest or all zeros or ones;
  ///   `WebMError.invalidSize` for a size that is too long.
  static func parse(
    _ bytes: Span<UInt8>, at index: Int, limits: EBMLLimits, offset: UInt64
  ) throws(WebMError) -> ElementHeader? {
    guard index >= 0 && index < bytes.count else { return nil }
    let idLength = bytes[index].leadingZeroBitCount + 1
    guard idLength <= min(limits.maximumIDLength, 4) else { throw .invalidElementID(offset: offset) }
    guard let vint = try VINT.parse(bytes, at: index, maximumLength: 4, offset: offset) else { return nil }
    let isShortest = vint.length == 1 ? vint.value != 0 : vint.value >= VINT.allOnes(length: vint.length - 1)
    guard isShortest && !vint.isAllOnes else { throw .invalidElementID(offset: offset) }
    let id = ElementID(rawValue: UInt32(vint.value | 1 << (7 * UInt64(vint.length))))
    guard
      let size = try VINT.parse(
        bytes, at: index + idLength, maximumLength: limits.maximumSizeLength, offset: offset + UInt64(idLength))
    else { return nil }
    return ElementHeader(id: id, size: size.isAllOnes ? nil : size.value, length: idLength + size.length)
  }
}

/// An EBML variable-size integer: its value and its encoded length.
///
/// The number of leading zero bits of the first byte gives the length; the next one bit is the marker and the rest is
/// the value, big-endian. Source: RFC 8794 §4.
struct VINT: Equatable {
  /// The value without the marker.
  var value: UInt64
  /// Encoded length in bytes, 1 to 8.
  var length: Int

  /// The largest value of `length` bytes; as a size, it means "unknown".
  static func allOnes(length: Int) -> UInt64 { (1 << (7 * UInt64(length))) - 1 }

  /// The largest size that can be written, 2⁵⁶ − 2.
  static let maximumSize = allOnes(length: 8) - 1

  /// The fewest bytes that hold `size`, which is at most `maximumSize`.
  static func length(ofSize size: UInt64) -> Int {
    var length = 1
    while length < 8 && size >= allOnes(length: length) { length += 1 }
    return length
  }

  /// Whether every value bit is one: an unknown size (RFC 8794 §6.2).
  var isAllOnes: Bool { value == VINT.allOnes(length: length) }

  /// The integer at `index`, or nil if `bytes` ends inside it.
  /// - Throws: `WebMError.invalidSize` when it is longer than `maximumLength`, at most 8; `offset` is that of `index`.
  static func parse(
    _ bytes: Span<UInt8>, at index: Int, maximumLength: Int, offset: UInt64
  ) throws(WebMError) -> VINT? {
    guard index >= 0 && index < bytes.count else { return nil }
    let first = bytes[index]
    let length = first.leadingZeroBitCount + 1
    guard length <= min(maximumLength, 8) else { throw .invalidSize(offset: offset) }
    guard bytes.count - index >= length else { return nil }
    var value = UInt64(first) & (0xFF >> UInt64(length))
    for i in 1..<max(1, length) { value = value << 8 | UInt64(bytes[index + i]) }
    return VINT(value: value, length: length)
  }
}

/// The maximum lengths of identifiers and sizes, from the EBML header.
///
/// Source: RFC 8794 §11.2.4 and §11.2.5.
struct EBMLLimits: Sendable, Equatable {
  /// Bytes in an identifier; 4 in Matroska.
  var maximumIDLength = 4
  /// Bytes in a size, at most 8.
  var maximumSizeLength = 8
}
