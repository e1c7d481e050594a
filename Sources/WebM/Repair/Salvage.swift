/// Finds everything whole in a damaged file, and skips everything else.
///
/// When the reader fails, a damaged block with valid bounds is skipped alone; else the search continues at the next
/// apparent cluster. Each skipped byte is read once, and memory is one window.
struct Salvage<Source: WebMSource> {
  private(set) var reader: WebMReader<Source>
  /// The last returned cluster, until its end is returned.
  private var open: WebMCluster?
  /// The end of the last returned item.
  private var returnedEnd: UInt64
  private var hasBlocks = false
  private var pending: [SalvageItem] = []
  private var isDone = false

  /// The latest possible end of the Segment.
  private var limit: UInt64 { min(reader.segment.end ?? .max, reader.window.size) }
  /// Larger frames are searched for clusters that a damaged size has hidden.
  private static var suspiciousSize: UInt64 { 1 << 20 }

  /// Starts at the position of `reader`, before its first `next`.
  init(_ reader: WebMReader<Source>) {
    self.reader = reader
    returnedEnd = reader.position
  }

  /// The next item; nil after `end`.
  /// - Throws: the source's errors.
  mutating func next() throws -> SalvageItem? {
    while pending.isEmpty && !isDone { try step() }
    return pending.isEmpty ? nil : pending.removeFirst()
  }

  private mutating func step() throws {
    do {
      guard let item = try reader.next() else {
        if try seekToSkippedCluster() { return }
        return finish(isDamaged: false)
      }
      try take(item)
    } catch let error as WebMError {
      if try seekToSkippedCluster() { return }
      try recover(from: error)
    }
  }

  private mutating func take(_ item: WebMItem) throws {
    switch item {
    case .cluster(let cluster):
      if try seekToHiddenCluster(in: returnedEnd..<cluster.element.offset) { return }
      closeCluster(at: cluster.element.offset)
      open = cluster
      hasBlocks = false
      returnedEnd = reader.position
      pending.append(.cluster(cluster))
    case .block(let block):
      let end = block.element.end ?? reader.position
      let isLarge = end - block.element.offset > Self.suspiciousSize
      if try seekToHiddenCluster(in: returnedEnd..<(isLarge ? end : block.element.offset)) { return }
      hasBlocks = true
      returnedEnd = end
      pending.append(.block(block))
    case .element(let element):
      let end = element.end ?? reader.position
      let isKnown = element.id.isSegmentChild || element.id == .void || element.id == .crc32
      if try seekToHiddenCluster(in: returnedEnd..<element.offset) { return }
      closeCluster(at: element.offset)
      if try !isKnown && seekToHiddenCluster(in: element.offset..<end) { return }
      returnedEnd = end
      // Children of a Segment have four-byte identifiers: this one has lost its cluster.
      let belongs = isKnown || element.id.length == 4
      pending.append(belongs ? .element(element) : .damage(element.offset..<end, insideCluster: false))
    case .truncated(let truncation):
      if try seekToSkippedCluster() { return }
      let isHalfBlock =
        switch truncation.reason {
        case .header: reader.cluster != nil
        case .data(let id): id == .simpleBlock || id == .blockGroup
        case .missing: false
        }
      try search(from: reader.elementStart + 1, isHalfBlock: isHalfBlock)
    }
  }

  /// Unknown and very large elements may be damage that hides whole clusters: searches `range`, and moves to the first
  /// cluster there. A known size of the open cluster vouches for its contents.
  private mutating func seekToHiddenCluster(in range: Range<UInt64>) throws -> Bool {
    guard !range.isEmpty, open == nil || open?.element.size == nil else { return false }
    guard let found = try reader.window.firstCluster(in: range, limits: reader.limits) else { return false }
    // Excludes the range's end, where the reader itself found a cluster.
    skip(returnedEnd..<found)
    try reader.seek(toClusterAt: found)
    returnedEnd = found
    return true
  }

  /// The same for what the reader skipped before it stopped.
  private mutating func seekToSkippedCluster() throws -> Bool {
    guard let cluster = reader.cluster, cluster.offset >= returnedEnd else {
      return try seekToHiddenCluster(in: returnedEnd..<max(returnedEnd, reader.elementStart))
    }
    // The damage is in this cluster.
    if try seekToHiddenCluster(in: returnedEnd..<cluster.offset) { return true }
    let start = cluster.offset + 1
    return try seekToHiddenCluster(in: start..<max(start, reader.elementStart))
  }

  private mutating func recover(from error: WebMError) throws {
    if case .misplaced = error {
      // A cluster inside another: the size of the outer one is wrong.
      return try search(from: reader.elementStart, isHalfBlock: false)
    }
    let element = reader.elementStart..<max(reader.elementStart, reader.position)
    if !element.isEmpty, reader.cluster != nil, open?.element.offset == reader.cluster?.offset,
      try isSound(at: reader.position),
      try reader.window.firstCluster(in: element.lowerBound + 1..<element.upperBound, limits: reader.limits) == nil
    {
      pending.append(.damage(element, insideCluster: true))
      returnedEnd = element.upperBound
      reader.skipDamagedElement()
      return
    }
    try search(from: reader.elementStart + 1, isHalfBlock: false)
  }

  /// Whether an element that may be in or after a cluster begins at `offset`, or the cluster or Segment ends there.
  private mutating func isSound(at offset: UInt64) throws -> Bool {
    if offset == limit || offset == reader.cluster?.end { return true }
    do {
      guard let element = try reader.window.element(at: offset, limits: reader.limits) else { return false }
      switch element.id {
      case .simpleBlock, .blockGroup, .void, .ebml, .segment: return true
      default: return element.id.isSegmentChild
      }
    } catch is WebMError {
      return false
    }
  }

  private mutating func search(from start: UInt64, isHalfBlock: Bool) throws {
    var damage = reader.elementStart
    // A cluster without a timestamp is useless: it is skipped whole.
    if let cluster = reader.cluster, cluster.offset != open?.element.offset { damage = cluster.offset }
    guard start < limit,
      let found = try reader.window.firstCluster(in: start..<limit, limits: reader.limits)
    else { return finish(isDamaged: true, isHalfBlock: isHalfBlock) }
    skip(damage..<found)
    try reader.seek(toClusterAt: found)
    returnedEnd = found
  }

  private mutating func skip(_ range: Range<UInt64>) {
    closeCluster(at: range.lowerBound)
    if !range.isEmpty { pending.append(.damage(range, insideCluster: false)) }
  }

  private mutating func finish(isDamaged: Bool, isHalfBlock: Bool = false) {
    isDone = true
    var kept = reader.elementStart
    if let cluster = reader.cluster {
      // A cluster that was cut off is kept if it has blocks.
      let isOpen = open?.element.offset == cluster.offset
      if isOpen && hasBlocks {
        if isDamaged { kept = reader.endOfLastWholeBlock }
      } else if isDamaged || cluster.size == nil {
        kept = cluster.offset
      }
    }
    closeCluster(at: kept)
    // Without damage this is the Segment's end, or the start of another file.
    let end = isDamaged ? limit : reader.elementStart
    pending.append(.end(SalvageEnd(kept: kept, end: max(kept, end), isHalfBlock: isHalfBlock)))
  }

  /// Ends the open cluster at `end`, or where the reader found its end, if that is earlier.
  private mutating func closeCluster(at end: UInt64) {
    guard let cluster = open else { return }
    open = nil
    let isOver = reader.cluster?.offset != cluster.element.offset
    pending.append(.clusterEnd(at: isOver ? min(end, reader.clusterEnd ?? end) : end))
  }
}

/// An item found in a damaged file.
enum SalvageItem {
  /// A cluster begins.
  case cluster(WebMCluster)
  /// A whole block of the cluster that began last.
  case block(WebMBlock)
  /// That cluster ends here, whatever its size; once for each, before any later item.
  case clusterEnd(at: UInt64)
  /// Another whole child of the Segment.
  case element(WebMElement)
  /// A damaged element, or bytes that are none; inside the cluster that began last, or between two.
  case damage(Range<UInt64>, insideCluster: Bool)
  /// The end, once.
  case end(SalvageEnd)
}

/// The end of a damaged file.
struct SalvageEnd {
  /// The end of the Segment's usable part.
  var kept: UInt64
  /// The end of the Segment. Bytes between `kept` and this are dropped; later ones are not the Segment's.
  var end: UInt64
  /// Whether the dropped bytes begin with an incomplete block.
  var isHalfBlock: Bool
}
