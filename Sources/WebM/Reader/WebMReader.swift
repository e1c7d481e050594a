import Media

/// Reads a WebM file of any size, a few kilobytes at a time.
///
/// `init` reads what stands before the first cluster; `next` then walks over clusters and blocks without loading frames.
/// A file that was cut off ends with `WebMItem.truncated`; one that is damaged, with a thrown `WebMError`. Hostile files
/// cost no more memory than `WebMLimits` allows, and never trap. CRC-32 elements are skipped, not compared.
///
/// Owned by one thread. Source: RFC 8794, RFC 9559.
public struct WebMReader<Source: WebMSource> {
  /// What the EBML header says.
  public let header: WebMHeader
  /// The Segment; its size is unknown in a stream and in a file that was never finished.
  public private(set) var segment: WebMElement
  /// The elements between the Segment's start and the first cluster, Voids included.
  public let preamble: [WebMElement]
  public let info: WebMInfo
  public let tracks: [WebMTrack]
  /// What the SeekHeads before the first cluster name; not checked to be there.
  public let seekHead: [WebMSeekEntry]
  /// Behind the last block that `next` gave, in bytes from the file's start, or where the blocks begin.
  public private(set) var endOfLastWholeBlock: UInt64

  var window: SourceWindow<Source>
  var limits: EBMLLimits { header.limits }
  /// Where the next element begins; behind a damaged element whose bounds are sound.
  private(set) var position: UInt64
  /// Where the element began that was looked at last.
  private(set) var elementStart: UInt64
  /// The cluster that is open, its timestamp read or not.
  private(set) var cluster: WebMElement?
  /// Where the cluster that `next` gave last ended, once it has.
  private(set) var clusterEnd: UInt64?
  private var isDone = false
  private var clusterTimestamp: Int64?

  /// Reads the head of a file.
  /// - Throws: `WebMError`: `notWebM` when it is something else, `truncated` when it ends before the tracks do, others
  ///   for a damaged one; and what the source throws.
  public init(_ source: Source) throws {
    try self.init(source, docTypes: ["webm"])
  }

  /// Reads the head of a file of one of `docTypes`; throws as the public one.
  init(_ source: Source, docTypes: Set<String>) throws {
    var window = SourceWindow(source)
    let header = try WebMHeader(from: &window, docTypes: docTypes)
    let start = header.element.end ?? 0
    guard let segment = try window.element(at: start, limits: header.limits) else {
      throw WebMError.truncated(offset: start)
    }
    guard segment.id == .segment else { throw WebMError.missing(.segment, offset: start) }
    let preamble = try WebMPreamble(of: segment, limits: header.limits, from: &window)
    self.header = header
    self.segment = segment
    self.preamble = preamble.elements
    info = preamble.info
    tracks = preamble.tracks
    seekHead = preamble.seekHead
    position = preamble.end
    elementStart = preamble.end
    endOfLastWholeBlock = preamble.end
    self.window = window
  }

  /// The next item, or nil at the end of the Segment.
  /// - Throws: `WebMError` where the file is damaged, and what the source throws; after that there is nothing more.
  public mutating func next() throws -> WebMItem? {
    guard !isDone else { return nil }
    do {
      let item = try step()
      if case .truncated = item { isDone = true }
      if item == nil { isDone = true }
      return item
    } catch {
      isDone = true
      throw error
    }
  }

  /// Goes to the cluster at `offset`, bytes from the file's start, so that `next` gives it.
  /// - Throws: `WebMError.missing` when no cluster starts there, and what the source throws.
  public mutating func seek(toClusterAt offset: UInt64) throws {
    guard offset >= segment.dataOffset, try window.element(at: offset, limits: limits)?.id == .cluster else {
      throw WebMError.missing(.cluster, offset: offset)
    }
    position = offset
    endOfLastWholeBlock = offset
    cluster = nil
    isDone = false
  }

  /// Takes the Segment to last until the source ends, whatever its size says.
  mutating func ignoreSegmentSize() { segment.size = nil }

  /// Goes on at `position` after an error, behind the damaged element.
  mutating func skipDamagedElement() { isDone = false }

  /// The bytes in `range` of the file, such as those of a frame.
  /// - Throws: `WebMError.truncated` when the file ends before, `limitExceeded` above `WebMLimits.elementSize`, and what
  ///   the source throws.
  public mutating func bytes(in range: Range<UInt64>) throws -> [UInt8] {
    let count = range.upperBound - range.lowerBound
    guard count <= UInt64(WebMLimits.elementSize) else {
      throw WebMError.limitExceeded(.block, offset: range.lowerBound)
    }
    guard let bytes = try window.data(at: range.lowerBound, count: Int(count)) else {
      throw WebMError.truncated(offset: range.lowerBound)
    }
    return bytes
  }

  /// A timestamp as time.
  /// - Throws: `WebMError.invalidValue` when it is beyond 292 years.
  func time(_ ticks: Int64, of id: ElementID, offset: UInt64) throws(WebMError) -> MediaTime {
    let (nanoseconds, overflow) = ticks.multipliedReportingOverflow(by: info.timestampScale)
    guard !overflow else { throw .invalidValue(id, offset: offset) }
    return MediaTime(nanoseconds: nanoseconds)
  }

  private mutating func step() throws -> WebMItem? {
    while true {
      elementStart = position
      if let end = cluster?.end, position >= end { closeCluster() }
      if let end = segment.end, position >= end { return nil }
      guard position < window.size else { return endOfFile() }
      guard let element = try window.element(at: position, limits: limits) else {
        return .truncated(WebMTruncation(offset: position, reason: .header))
      }
      if let cluster {
        guard element.id.isSegmentChild || element.id == .ebml || element.id == .segment else {
          if let item = try child(element, of: cluster) { return item }
          continue
        }
        // Only what stands beside a cluster of unknown size ends it.
        guard cluster.size == nil else { throw WebMError.misplaced(element.id, offset: position) }
        closeCluster()
      }
      // Another file or Segment behind this one.
      if element.id == .ebml || element.id == .segment { return nil }
      if element.id == .cluster {
        try checkEnd(of: element, in: segment)
        cluster = element
        clusterTimestamp = nil
        position = element.dataOffset
        continue
      }
      if let cut = try cut(element, in: segment) { return cut }
      position = element.end ?? position
      return .element(element)
    }
  }

  private mutating func closeCluster() {
    cluster = nil
    if clusterTimestamp != nil { clusterEnd = position }
    clusterTimestamp = nil
  }

  private func endOfFile() -> WebMItem? {
    if let cluster, cluster.size != nil {
      return .truncated(WebMTruncation(offset: position, reason: .missing(.cluster)))
    }
    if segment.size != nil { return .truncated(WebMTruncation(offset: position, reason: .missing(.segment))) }
    return nil
  }

  private func checkEnd(of element: WebMElement, in parent: WebMElement) throws(WebMError) {
    if let end = parent.end, element.end ?? element.dataOffset > end {
      throw .exceedsParent(element.id, offset: element.offset)
    }
  }

  /// What to say when the file ends inside `element`, whose size must be known.
  private func cut(_ element: WebMElement, in parent: WebMElement) throws(WebMError) -> WebMItem? {
    guard let end = element.end else { throw .unknownSize(element.id, offset: element.offset) }
    try checkEnd(of: element, in: parent)
    guard end > window.size else { return nil }
    return .truncated(WebMTruncation(offset: element.offset, reason: .data(element.id)))
  }

  /// Reads or skips one element of a cluster; nil where there is nothing to give.
  private mutating func child(_ element: WebMElement, of cluster: WebMElement) throws -> WebMItem? {
    if let cut = try cut(element, in: cluster) { return cut }
    let end = element.end ?? position
    position = end
    switch element.id {
    case .timestamp:
      guard clusterTimestamp == nil else { return nil }
      let data = try window.data(of: element, limit: 8)
      let value = EBMLChild(
        id: element.id, range: data.indices, offset: element.offset, base: element.dataOffset, limits: limits)
      let ticks = Int64(try value.integer(in: data.span))
      clusterTimestamp = ticks
      return .cluster(
        WebMCluster(element: cluster, time: try time(ticks, of: element.id, offset: element.offset)))
    case .simpleBlock, .blockGroup:
      guard let clusterTimestamp else { throw WebMError.missing(.timestamp, offset: element.offset) }
      let block = try block(element, clusterOffset: cluster.offset, clusterTimestamp: clusterTimestamp)
      endOfLastWholeBlock = end
      return .block(block)
    default:
      return nil
    }
  }
}
