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

/// An element in a buffer, and its value read as one of EBML's types.
///
/// Each read takes the buffer that contains the element. Source: RFC 8794 §7.
struct EBMLChild {
  var id: ElementID
  /// Where its data is in the buffer.
  var range: Range<Int>
  /// Where the element starts in the file.
  var offset: UInt64
  /// The offset of the buffer's first byte in the file.
  var base: UInt64
  var limits: EBMLLimits

  /// The elements that it contains.
  var children: EBMLCursor { EBMLCursor(range, base: base, limits: limits) }

  /// An unsigned integer of 0 to 8 bytes; an empty one is 0.
  /// - Throws: `WebMError.invalidValue` for more than 8 bytes.
  func unsigned(in bytes: Span<UInt8>) throws(WebMError) -> UInt64 {
    guard range.count <= 8 else { throw .invalidValue(id, offset: offset) }
    var value: UInt64 = 0
    for i in range { value = value << 8 | UInt64(bytes[i]) }
    return value
  }

  /// An unsigned integer that fits `Int`.
  /// - Throws: `WebMError.invalidValue` when it does not.
  func integer(in bytes: Span<UInt8>) throws(WebMError) -> Int {
    guard let value = Int(exactly: try unsigned(in: bytes)) else { throw .invalidValue(id, offset: offset) }
    return value
  }

  /// A signed integer of 0 to 8 bytes, two's complement.
  /// - Throws: `WebMError.invalidValue` for more than 8 bytes.
  func signed(in bytes: Span<UInt8>) throws(WebMError) -> Int64 {
    let unsigned = try unsigned(in: bytes)
    guard !range.isEmpty else { return 0 }
    let unused = UInt64(64 - 8 * range.count)
    return Int64(bitPattern: unsigned << unused) >> Int64(unused)
  }

  /// A floating-point number of 0, 4 or 8 bytes.
  /// - Throws: `WebMError.invalidValue` for another length.
  func float(in bytes: Span<UInt8>) throws(WebMError) -> Double {
    switch range.count {
    case 0: return 0
    case 4: return Double(Float(bitPattern: UInt32(try unsigned(in: bytes))))
    case 8: return Double(bitPattern: try unsigned(in: bytes))
    default: throw .invalidValue(id, offset: offset)
    }
  }

  /// A string up to its first zero byte, with invalid UTF-8 replaced.
  func string(in bytes: Span<UInt8>) -> String {
    let all = self.bytes(in: bytes)
    return String(decoding: all.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The element's data.
  func bytes(in bytes: Span<UInt8>) -> [UInt8] { range.map { bytes[$0] } }
}
