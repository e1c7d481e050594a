import Media

/// Reads a WebM file of any size, a few kilobytes at a time.
///
/// `init` reads up to the first cluster; `next` then returns clusters and blocks without loading frames. A file that
/// was cut off ends with `WebMItem.truncated`, a damaged one with a thrown `WebMError`. Hostile files need no more
/// memory than `WebMLimits` allows, and never trap. CRC-32 elements are skipped, not compared.
///
/// Owned by one thread. Source: RFC 8794, RFC 9559.
package struct WebMReader<Source: WebMSource> {
  /// The EBML header.
  package let header: WebMHeader
  /// The Segment; its size is unknown in a stream and in a file that was never finished.
  package private(set) var segment: WebMElement
  /// The elements between the Segment's start and the first cluster, Voids included.
  package let preamble: [WebMElement]
  package let info: WebMInfo
  package let tracks: [WebMTrack]
  /// The entries of the SeekHeads before the first cluster; the elements may be missing.
  package let seekHead: [WebMSeekEntry]
  /// The offset after the last block that `next` returned, or where the blocks begin, in bytes from the file's start.
  package private(set) var endOfLastWholeBlock: UInt64

  var window: SourceWindow<Source>
  var limits: EBMLLimits { header.limits }
  /// Where the next element begins; after an error, the end of the damaged element if its bounds are valid.
  private(set) var position: UInt64
  /// Where the last element that was read begins.
  private(set) var elementStart: UInt64
  /// The open cluster; its timestamp may not have been read yet.
  private(set) var cluster: WebMElement?
  /// The end of the last cluster that `next` returned, once it was reached.
  private(set) var clusterEnd: UInt64?
  private var isDone = false
  private var clusterTimestamp: Int64?

  /// Reads a file up to the first cluster.
  /// - Throws: `WebMError`: `notWebM` for another file, `truncated` when it ends before the tracks do, others for a
  ///   damaged one; and the source's errors.
  package init(_ source: Source) throws {
    try self.init(source, docTypes: ["webm"])
  }

  /// The same for a file of one of `docTypes`.
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
  /// - Throws: `WebMError` where the file is damaged, and the source's errors; afterwards returns nil.
  package mutating func next() throws -> WebMItem? {
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

  /// Moves to the cluster at `offset`, in bytes from the file's start, which `next` then returns.
  /// - Throws: `WebMError.missing` when no cluster starts there, and the source's errors.
  package mutating func seek(toClusterAt offset: UInt64) throws {
    guard offset >= segment.dataOffset, try window.element(at: offset, limits: limits)?.id == .cluster else {
      throw WebMError.missing(.cluster, offset: offset)
    }
    position = offset
    endOfLastWholeBlock = offset
    cluster = nil
    isDone = false
  }

  /// Reads the Segment up to the end of the source, whatever its size.
  mutating func ignoreSegmentSize() { segment.size = nil }

  /// Continues after an error at `position`, after the damaged element.
  mutating func skipDamagedElement() { isDone = false }

  /// The bytes in `range` of the file, such as those of a frame.
  /// - Throws: `WebMError.truncated` when the file ends earlier, `limitExceeded` above `WebMLimits.elementSize`, and
  ///   the source's errors.
  package mutating func bytes(in range: Range<UInt64>) throws -> [UInt8] {
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
        // A sibling ends only a cluster of unknown size.
        guard cluster.size == nil else { throw WebMError.misplaced(element.id, offset: position) }
        closeCluster()
      }
      // Another file or Segment follows.
      if element.id == .ebml || element.id == .segment { return nil }
      if element.id == .cluster {
        try checkEnd(of: element, in: segment)
        cluster = element
        clusterTimestamp = nil
        position = element.dataOffset
        continue
      }
      if let item = try truncation(of: element, in: segment) { return item }
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

  /// The last item when the file ends inside `element`, which must have a known size.
  private func truncation(of element: WebMElement, in parent: WebMElement) throws(WebMError) -> WebMItem? {
    guard let end = element.end else { throw .unknownSize(element.id, offset: element.offset) }
    try checkEnd(of: element, in: parent)
    guard end > window.size else { return nil }
    return .truncated(WebMTruncation(offset: element.offset, reason: .data(element.id)))
  }

  /// Reads or skips one element of a cluster; nil for a skipped one.
  private mutating func child(_ element: WebMElement, of cluster: WebMElement) throws -> WebMItem? {
    if let item = try truncation(of: element, in: cluster) { return item }
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
