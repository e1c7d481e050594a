/// Iterates over the sibling elements in a buffer.
///
/// It stores positions only; the buffer is passed to each call, so that no `Span` is kept.
struct EBMLCursor {
  /// Where the next element starts in the buffer.
  private(set) var position: Int
  /// Where the last one ends.
  let end: Int
  /// The offset of the buffer's first byte in the file.
  let base: UInt64
  let limits: EBMLLimits

  init(_ range: Range<Int>, base: UInt64, limits: EBMLLimits) {
    position = range.lowerBound
    end = range.upperBound
    self.base = base
    self.limits = limits
  }

  /// The next element, or nil at the end.
  /// - Throws: `WebMError` for an invalid header, an unknown size, or an element that extends past the end.
  mutating func next(in bytes: Span<UInt8>) throws(WebMError) -> EBMLChild? {
    guard position < end else { return nil }
    let offset = base + UInt64(position)
    guard end <= bytes.count, let header = try ElementHeader.parse(bytes, at: position, limits: limits, offset: offset)
    else { throw .invalidElementID(offset: offset) }
    guard let size = header.size else { throw .unknownSize(header.id, offset: offset) }
    let start = position + header.length
    guard start <= end && size <= UInt64(end - start) else { throw .exceedsParent(header.id, offset: offset) }
    position = start + Int(size)
    return EBMLChild(id: header.id, range: start..<position, offset: offset, base: base, limits: limits)
  }
}
