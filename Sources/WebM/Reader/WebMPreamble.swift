package import Media

/// The elements of a Segment before its first cluster.
struct WebMPreamble {
  private(set) var elements: [WebMElement] = []
  private(set) var info = WebMInfo()
  private(set) var tracks: [WebMTrack] = []
  private(set) var seekHead: [WebMSeekEntry] = []
  /// The offset where the first cluster starts, or the file ends.
  private(set) var end: UInt64

  /// Reads up to the first cluster; after the tracks, up to the first damage.
  /// - Throws: `WebMError` when the tracks are incomplete, or something before them is damaged.
  init<Source>(of segment: WebMElement, limits: EBMLLimits, from window: inout SourceWindow<Source>) throws {
    end = segment.dataOffset
    do {
      try readElements(of: segment, limits: limits, from: &window)
    } catch let error as WebMError {
      // The reader finds the damage after the tracks again.
      guard !tracks.isEmpty else { throw error }
    }
    guard tracks.isEmpty else { return }
    if end < window.size, try window.element(at: end, limits: limits)?.id == .cluster {
      throw WebMError.missing(.tracks, offset: end)
    }
    throw WebMError.truncated(offset: end)
  }

  private mutating func readElements<Source>(
    of segment: WebMElement, limits: EBMLLimits, from window: inout SourceWindow<Source>
  ) throws {
    while end < min(window.size, segment.end ?? .max) {
      guard let element = try window.element(at: end, limits: limits) else { break }
      if element.id == .cluster || element.id == .ebml || element.id == .segment { break }
      guard let elementEnd = element.end else { throw WebMError.unknownSize(element.id, offset: end) }
      if let segmentEnd = segment.end, elementEnd > segmentEnd {
        throw WebMError.exceedsParent(element.id, offset: end)
      }
      if elementEnd > window.size { break }
      guard elements.count < WebMLimits.preambleElements else {
        throw WebMError.limitExceeded(.segment, offset: segment.offset)
      }
      try read(element, in: segment, limits: limits, from: &window)
      elements.append(element)
      end = elementEnd
    }
  }

  private mutating func read<Source>(
    _ element: WebMElement, in segment: WebMElement, limits: EBMLLimits, from window: inout SourceWindow<Source>
  ) throws {
    switch element.id {
    case .info:
      let data = try window.data(of: element, limit: WebMLimits.elementSize)
      info = try WebMInfo(data, base: element.dataOffset, limits: limits)
    case .tracks:
      let data = try window.data(of: element, limit: WebMLimits.elementSize)
      try readTracks(data, of: element, limits: limits)
    case .seekHead:
      let data = try window.data(of: element, limit: WebMLimits.elementSize)
      try readSeekHead(data, of: element, segment: segment, limits: limits)
    default: break
    }
  }

  private mutating func readTracks(_ data: [UInt8], of element: WebMElement, limits: EBMLLimits) throws(WebMError) {
    var cursor = EBMLCursor(data.indices, base: element.dataOffset, limits: limits)
    var tracks = tracks
    while let entry = try cursor.next(in: data.span) {
      guard entry.id == .trackEntry else { continue }
      guard tracks.count < WebMLimits.tracks else { throw .limitExceeded(.tracks, offset: element.offset) }
      tracks.append(try WebMTrack(entry, in: data.span))
    }
    self.tracks = tracks
  }

  private mutating func readSeekHead(
    _ data: [UInt8], of element: WebMElement, segment: WebMElement, limits: EBMLLimits
  ) throws(WebMError) {
    var cursor = EBMLCursor(data.indices, base: element.dataOffset, limits: limits)
    while let seek = try cursor.next(in: data.span) {
      guard seek.id == .seek else { continue }
      guard seekHead.count < WebMLimits.seekEntries else { throw .limitExceeded(.seekHead, offset: element.offset) }
      var id: UInt64?
      var position: UInt64?
      var fields = seek.children
      while let field = try fields.next(in: data.span) {
        switch field.id {
        case .seekID: id = try field.unsigned(in: data.span)
        case .seekPosition: position = try field.unsigned(in: data.span)
        default: break
        }
      }
      // An impossible position is ignored: the SeekHead is optional.
      guard let id, let position, let id = UInt32(exactly: id) else { continue }
      let (offset, overflow) = segment.dataOffset.addingReportingOverflow(position)
      if !overflow { seekHead.append(WebMSeekEntry(id: ElementID(rawValue: id), offset: offset)) }
    }
  }
}

/// The Info element of a file.
///
/// Source: RFC 9559 §5.1.2.
package struct WebMInfo: Sendable, Equatable {
  /// Nanoseconds per timestamp unit.
  package var timestampScale: Int64 = 1_000_000
  /// nil if the file has none, or an invalid one.
  package var duration: MediaTime?
  /// The library that wrote the file.
  package var muxingApp = ""
  /// The program that wrote the file.
  package var writingApp = ""
  /// When it was recorded, in nanoseconds since 2001-01-01T00:00:00 UTC.
  package var dateUTC: Int64?

  /// The defaults, for a file without an Info element.
  init() {}

  /// Reads the element's data, which starts at `base` in the file.
  init(_ data: [UInt8], base: UInt64, limits: EBMLLimits) throws(WebMError) {
    var ticks: Double?
    var cursor = EBMLCursor(data.indices, base: base, limits: limits)
    while let child = try cursor.next(in: data.span) {
      switch child.id {
      case .timestampScale:
        timestampScale = Int64(try child.integer(in: data.span))
        guard timestampScale > 0 else { throw .invalidValue(child.id, offset: child.offset) }
      case .duration: ticks = try child.float(in: data.span)
      case .dateUTC: dateUTC = try child.signed(in: data.span)
      case .muxingApp: muxingApp = child.string(in: data.span)
      case .writingApp: writingApp = child.string(in: data.span)
      default: break
      }
    }
    guard let ticks else { return }
    let nanoseconds = (ticks * Double(timestampScale)).rounded()
    if nanoseconds > 0, let exact = Int64(exactly: nanoseconds) { duration = MediaTime(nanoseconds: exact) }
  }
}

/// An entry of a SeekHead.
///
/// Source: RFC 9559 §5.1.1.
package struct WebMSeekEntry: Sendable, Equatable {
  /// The identifier of the element.
  package var id: ElementID
  /// Its offset in bytes from the file's start.
  package var offset: UInt64
}
