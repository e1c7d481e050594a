import Media

extension WebMReader {
  /// Reads the SimpleBlock or BlockGroup `element`, which is complete in the file.
  mutating func block(_ element: WebMElement, clusterOffset: UInt64, clusterTimestamp: Int64) throws -> WebMBlock {
    guard element.id == .blockGroup else {
      let (header, frames) = try frames(of: element)
      return try WebMBlock(
        element: element, clusterOffset: clusterOffset, track: header.track,
        time: blockTime(clusterTimestamp, header, element), relativeTimestamp: header.relativeTimestamp,
        isKeyFrame: header.isKeyFrame, frames: frames)
    }
    var inner: WebMElement?
    var isKeyFrame = true
    var duration: MediaTime?
    var discardPadding: MediaTime?
    for child in try children(of: element, limit: 64) {
      switch child.id {
      case .block: inner = inner ?? child
      case .referenceBlock: isKeyFrame = false
      case .blockDuration:
        let ticks = try value(of: child) { try Int64($0.integer(in: $1)) }
        duration = try time(ticks, of: child.id, offset: child.offset)
      case .discardPadding:
        discardPadding = MediaTime(nanoseconds: try value(of: child) { try $0.signed(in: $1) })
      default: break
      }
    }
    guard let inner else { throw WebMError.missing(.block, offset: element.offset) }
    let (header, frames) = try frames(of: inner)
    return try WebMBlock(
      element: element, clusterOffset: clusterOffset, track: header.track,
      time: blockTime(clusterTimestamp, header, element), relativeTimestamp: header.relativeTimestamp,
      isKeyFrame: isKeyFrame, frames: frames, duration: duration, discardPadding: discardPadding)
  }

  /// The children of `element`, read from their headers only; at most `limit` of them.
  mutating func children(of element: WebMElement, limit: Int) throws -> [WebMElement] {
    guard let end = element.end else { throw WebMError.unknownSize(element.id, offset: element.offset) }
    var children: [WebMElement] = []
    var position = element.dataOffset
    while position < end {
      guard let child = try window.element(at: position, limits: limits) else {
        throw WebMError.truncated(offset: position)
      }
      guard let childEnd = child.end else { throw WebMError.unknownSize(child.id, offset: position) }
      guard childEnd <= end else { throw WebMError.exceedsParent(child.id, offset: position) }
      guard children.count < limit else { throw WebMError.limitExceeded(element.id, offset: element.offset) }
      children.append(child)
      position = childEnd
    }
    return children
  }

  private func blockTime(
    _ clusterTimestamp: Int64, _ header: BlockHeader, _ element: WebMElement
  ) throws(WebMError) -> MediaTime {
    let (ticks, overflow) = clusterTimestamp.addingReportingOverflow(Int64(header.relativeTimestamp))
    guard !overflow else { throw .invalidBlock(offset: element.offset) }
    return try time(ticks, of: element.id, offset: element.offset)
  }

  /// Reads a value of at most 8 bytes.
  private mutating func value<Value>(
    of element: WebMElement, _ body: (EBMLChild, Span<UInt8>) throws -> Value
  ) throws -> Value {
    guard let size = element.size, size <= 8 else { throw WebMError.invalidValue(element.id, offset: element.offset) }
    let limits = limits
    return try window.with(element.dataOffset, count: Int(size)) { bytes, index, count in
      guard count == Int(size) else { throw WebMError.truncated(offset: element.offset) }
      let range = index..<index + count
      return try body(
        EBMLChild(id: element.id, range: range, offset: element.offset, base: element.dataOffset, limits: limits), bytes
      )
    }
  }

  /// The header and the byte ranges of the frames of the SimpleBlock or Block `element`.
  private mutating func frames(of element: WebMElement) throws -> (BlockHeader, [Range<UInt64>]) {
    let size = element.size ?? 0
    let count = Int(min(size, UInt64(BlockHeader.maximumLength)))
    let header = try window.with(element.dataOffset, count: count) { bytes, index, count in
      try BlockHeader(bytes, at: index, count: count, offset: element.offset)
    }
    let start = element.dataOffset + UInt64(header.length)
    let total = size - UInt64(header.length)
    guard header.lacing != .none else { return (header, [start..<start + total]) }

    let table = try window.data(at: start, count: Int(min(total, UInt64(WebMLimits.lacing)))) ?? []
    let lace = try LaceSizes(table.span, total: total, lacing: header.lacing, offset: element.offset)
    var frames: [Range<UInt64>] = []
    var position = start + UInt64(lace.length)
    for size in lace.sizes {
      frames.append(position..<position + size)
      position += size
    }
    return (header, frames)
  }
}
