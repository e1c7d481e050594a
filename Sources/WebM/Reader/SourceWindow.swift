/// A source, read through a small moving window, so that reading headers in sequence needs few reads.
struct SourceWindow<Source: WebMSource> {
  private(set) var source: Source
  /// Bytes in the source.
  let size: UInt64
  private var bytes: [UInt8] = []
  private var base: UInt64 = 0

  private static var readSize: Int { 8192 }

  init(_ source: Source) {
    self.source = source
    // No file is larger, and sums of offsets and sizes cannot overflow.
    size = min(source.size, 1 << 62)
  }

  /// Calls `body` with a buffer, the index of `offset` in it, and the number of bytes there: `count`, or fewer at the
  /// end.
  mutating func with<Result>(
    _ offset: UInt64, count: Int, _ body: (Span<UInt8>, Int, Int) throws -> Result
  ) throws -> Result {
    let wanted = Int(min(UInt64(max(0, count)), size - min(size, offset)))
    if offset < base || offset + UInt64(wanted) > base + UInt64(bytes.count) {
      let readable = size - min(size, offset)
      let length = Int(min(readable, UInt64(max(wanted, Self.readSize))))
      bytes = length == 0 ? [] : try source.read(at: offset, count: length)
      base = offset
    }
    let index = Int(offset - base)
    return try body(bytes.span, index, max(0, min(wanted, bytes.count - index)))
  }

  /// The element that starts at `offset`, or nil if the source ends inside its header.
  mutating func element(at offset: UInt64, limits: EBMLLimits) throws -> WebMElement? {
    try with(offset, count: ElementHeader.maximumLength) { bytes, index, _ in
      guard let header = try ElementHeader.parse(bytes, at: index, limits: limits, offset: offset) else { return nil }
      return WebMElement(id: header.id, offset: offset, dataOffset: offset + UInt64(header.length), size: header.size)
    }
  }

  /// All data of an element.
  /// - Throws: `WebMError` when its size is unknown or above `limit`, or the source ends inside it.
  mutating func data(of element: WebMElement, limit: Int) throws -> [UInt8] {
    guard let elementSize = element.size else { throw WebMError.unknownSize(element.id, offset: element.offset) }
    guard elementSize <= UInt64(limit) else { throw WebMError.limitExceeded(element.id, offset: element.offset) }
    guard let data = try data(at: element.dataOffset, count: Int(elementSize)) else {
      throw WebMError.truncated(offset: element.offset)
    }
    return data
  }

  /// The `count` bytes at `offset`, or nil if the source ends earlier.
  mutating func data(at offset: UInt64, count: Int) throws -> [UInt8]? {
    guard offset <= size && UInt64(count) <= size - offset else { return nil }
    guard count > 0 else { return [] }
    let data = try source.read(at: offset, count: count)
    return data.count == count ? data : nil
  }
}
