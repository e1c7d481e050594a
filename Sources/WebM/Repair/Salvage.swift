/// Walks over everything in a file that is whole, and past everything that is not.
///
/// Where the reader stops, a damaged block whose bounds are sound is left out alone; else the walk goes on at the next
/// place that looks like a cluster. It costs one look at each byte that is skipped, and memory for one window.
struct Salvage<Source: WebMSource> {
  private(set) var reader: WebMReader<Source>
  /// The cluster that was given last, until its end is.
  private var open: WebMCluster?
  /// Behind the last thing that was given of the open cluster.
  private var given: UInt64
  private var hasBlocks = false
  private var pending: [SalvageItem] = []
  private var isDone = false

  /// Where the Segment ends at the latest.
  private var limit: UInt64 { min(reader.segment.end ?? .max, reader.window.size) }
  /// Frames larger than this are looked into for clusters that a damaged size has swallowed.
  private static var suspiciousSize: UInt64 { 1 << 20 }

  /// A walk that begins where `reader` is, before its first `next`.
  init(_ reader: WebMReader<Source>) {
    self.reader = reader
    given = reader.position
  }

  /// The next item; nil after `end`.
  /// - Throws: what the source throws.
  mutating func next() throws -> SalvageItem? {
    while pending.isEmpty && !isDone { try step() }
    return pending.isEmpty ? nil : pending.removeFirst()
  }

  private mutating func step() throws {
    do {
      guard let item = try reader.next() else {
        if try swallowedBefore() { return }
        return finish(isDamaged: false)
      }
      try take(item)
    } catch let error as WebMError {
      if try swallowedBefore() { return }
      try recover(from: error)
    }
  }

  private mutating func take(_ item: WebMItem) throws {
    switch item {
    case .cluster(let cluster):
      if try swallowed(in: given..<cluster.element.offset) { return }
      closeCluster(at: cluster.element.offset)
      open = cluster
      hasBlocks = false
      given = reader.position
      pending.append(.cluster(cluster))
    case .block(let block):
      let end = block.element.end ?? reader.position
      let isLarge = end - block.element.offset > Self.suspiciousSize
      if try swallowed(in: given..<(isLarge ? end : block.element.offset)) { return }
      hasBlocks = true
      given = end
      pending.append(.block(block))
    case .element(let element):
      let end = element.end ?? reader.position
      let isKnown = element.id.isSegmentChild || element.id == .void || element.id == .crc32
      if try swallowed(in: given..<element.offset) { return }
      closeCluster(at: element.offset)
      if try !isKnown && swallowed(in: element.offset..<end) { return }
      given = end
      // All that may stand in a Segment has an identifier of four bytes: this has lost its cluster.
      let belongs = isKnown || element.id.length == 4
      pending.append(belongs ? .element(element) : .damage(element.offset..<end, insideCluster: false))
    case .truncated(let truncation):
      if try swallowedBefore() { return }
      let isHalfBlock =
        switch truncation.reason {
        case .header: reader.cluster != nil
        case .data(let id): id == .simpleBlock || id == .blockGroup
        case .missing: false
        }
      try search(from: reader.elementStart + 1, isHalfBlock: isHalfBlock)
    }
  }

  /// Elements of unknown kinds, and very large ones, may be noise that hides whole clusters: looks into `range`, which
  /// nothing is known of, and goes there. A cluster with a size vouches for what is in it.
  private mutating func swallowed(in range: Range<UInt64>) throws -> Bool {
    guard !range.isEmpty, open == nil || open?.element.size == nil else { return false }
    guard let found = try reader.window.firstCluster(in: range, limits: reader.limits) else { return false }
    // The reader itself found the cluster at the range's end, which is not in it.
    skip(given..<found)
    try reader.seek(toClusterAt: found)
    given = found
    return true
  }

  /// The same for what the reader has passed over without a word before it stopped.
  private mutating func swallowedBefore() throws -> Bool {
    guard let cluster = reader.cluster, cluster.offset >= given else {
      return try swallowed(in: given..<max(given, reader.elementStart))
    }
    // This cluster itself is where the trouble began.
    if try swallowed(in: given..<cluster.offset) { return true }
    let start = cluster.offset + 1
    return try swallowed(in: start..<max(start, reader.elementStart))
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
      given = element.upperBound
      reader.skipDamagedElement()
      return
    }
    try search(from: reader.elementStart + 1, isHalfBlock: false)
  }

  /// Whether something that belongs into a cluster or behind it begins at `offset`, or all ends there.
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
    // A cluster without a timestamp is of no use: it goes as a whole.
    if let cluster = reader.cluster, cluster.offset != open?.element.offset { damage = cluster.offset }
    guard start < limit,
      let found = try reader.window.firstCluster(in: start..<limit, limits: reader.limits)
    else { return finish(isDamaged: true, isHalfBlock: isHalfBlock) }
    skip(damage..<found)
    try reader.seek(toClusterAt: found)
    given = found
  }

  private mutating func skip(_ range: Range<UInt64>) {
    closeCluster(at: range.lowerBound)
    if !range.isEmpty { pending.append(.damage(range, insideCluster: false)) }
  }

  private mutating func finish(isDamaged: Bool, isHalfBlock: Bool = false) {
    isDone = true
    var kept = reader.elementStart
    if let cluster = reader.cluster {
      // A cluster that was cut off keeps its blocks; without any it goes.
      let isOpen = open?.element.offset == cluster.offset
      if isOpen && hasBlocks {
        if isDamaged { kept = reader.endOfLastWholeBlock }
      } else if isDamaged || cluster.size == nil {
        kept = cluster.offset
      }
    }
    closeCluster(at: kept)
    // Without damage the walk ends at the Segment's end, or at another file behind this one.
    let end = isDamaged ? limit : reader.elementStart
    pending.append(.end(SalvageEnd(kept: kept, end: max(kept, end), isHalfBlock: isHalfBlock)))
  }

  /// Ends the open cluster at `end`, or where the reader saw it end before that.
  private mutating func closeCluster(at end: UInt64) {
    guard let cluster = open else { return }
    open = nil
    let isOver = reader.cluster?.offset != cluster.element.offset
    pending.append(.clusterEnd(at: isOver ? min(end, reader.clusterEnd ?? end) : end))
  }
}
