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
