/// Random access to the bytes of a file, or of memory.
package protocol WebMSource {
  /// The number of bytes. It must not change while a reader uses the source.
  var size: UInt64 { get }

  /// The `count` bytes at `offset`, or fewer if the source ends earlier.
  ///
  /// A reader requests at most 16 MiB at once, and mostly 8 KiB.
  /// - Throws: the cause of a failed read; a reader passes it on unchanged.
  mutating func read(at offset: UInt64, count: Int) throws -> [UInt8]
}

/// A whole file in memory, as a source.
package struct WebMBytes: WebMSource, Sendable {
  /// The file.
  package let bytes: [UInt8]

  /// A source of `bytes`.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var size: UInt64 { UInt64(bytes.count) }

  package func read(at offset: UInt64, count: Int) -> [UInt8] {
    guard offset < size else { return [] }
    let start = Int(offset)
    return Array(bytes[start..<start + min(max(0, count), bytes.count - start)])
  }
}

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

// MARK: Search

extension SourceWindow {
  private static var searchSize: Int { 256 << 10 }

  /// The offset of the first apparent cluster in `range`, or nil; may read the whole range.
  ///
  /// The four bytes of the identifier occur by chance in 4 GiB of frames, so a header and a Timestamp must follow.
  mutating func firstCluster(in range: Range<UInt64>, limits: EBMLLimits) throws -> UInt64? {
    var start = range.lowerBound
    let end = min(range.upperBound, size)
    while start < end {
      // The identifier may extend past the end of one read.
      let count = Int(min(UInt64(Self.searchSize), end - start, size - start))
      let readable = Int(min(UInt64(count) + 3, size - start))
      guard let bytes = try data(at: start, count: readable) else { return nil }
      var index = 0
      while let found = Self.clusterID(in: bytes.span, from: index), found < count {
        if try isCluster(at: start + UInt64(found), limits: limits) { return start + UInt64(found) }
        index = found + 1
      }
      start += UInt64(count)
    }
    return nil
  }

  private static func clusterID(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    while index + 3 < bytes.count {
      if bytes[index] == 0x1F, bytes[index + 1] == 0x43, bytes[index + 2] == 0xB6, bytes[index + 3] == 0x75 {
        return index
      }
      index += 1
    }
    return nil
  }

  private mutating func isCluster(at offset: UInt64, limits: EBMLLimits) throws -> Bool {
    do {
      guard let cluster = try element(at: offset, limits: limits), cluster.id == .cluster else { return false }
      var position = cluster.dataOffset
      for _ in 0..<3 {
        guard let child = try element(at: position, limits: limits), let end = child.end else { return false }
        if child.id == .timestamp { return end - child.dataOffset <= 8 && end <= min(size, cluster.end ?? .max) }
        guard child.id == .crc32 || child.id == .void else { return false }
        position = end
      }
      return false
    } catch is WebMError {
      return false
    }
  }
}
