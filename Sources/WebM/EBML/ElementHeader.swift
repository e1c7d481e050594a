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
