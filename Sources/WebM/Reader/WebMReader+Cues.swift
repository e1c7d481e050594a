import Media

extension WebMReader {
  /// The index of the file: the Cues before the first cluster, or at the place that a SeekHead gives. Empty if there is
  /// none.
  /// - Throws: `WebMError` when it is damaged, truncated or not at that place; and the source's errors.
  package mutating func cues() throws -> [WebMCue] {
    if let element = preamble.first(where: { $0.id == .cues }) { return try cues(in: element) }
    guard let entry = seekHead.first(where: { $0.id == .cues }) else { return [] }
    guard let element = try window.element(at: entry.offset, limits: limits) else {
      throw WebMError.truncated(offset: entry.offset)
    }
    guard element.id == .cues else { throw WebMError.missing(.cues, offset: entry.offset) }
    return try cues(in: element)
  }

  /// The entries of a Cues element that `next` returned.
  /// - Throws: as `cues()`.
  package mutating func cues(in element: WebMElement) throws -> [WebMCue] {
    let data = try window.data(of: element, limit: WebMLimits.elementSize)
    var cues: [WebMCue] = []
    var points = EBMLCursor(data.indices, base: element.dataOffset, limits: limits)
    while let point = try points.next(in: data.span) {
      guard point.id == .cuePoint else { continue }
      var ticks: Int64 = 0
      let first = cues.count
      var cursor = point.children
      while let child = try cursor.next(in: data.span) {
        switch child.id {
        case .cueTime: ticks = Int64(try child.integer(in: data.span))
        case .cueTrackPositions:
          guard cues.count < WebMLimits.cuePoints else { throw WebMError.limitExceeded(.cues, offset: element.offset) }
          cues.append(try cue(child, in: data.span))
        default: break
        }
      }
      let time = try time(ticks, of: .cueTime, offset: point.offset)
      for i in first..<cues.count { cues[i].time = time }
    }
    return cues
  }

  private func cue(_ positions: EBMLChild, in bytes: Span<UInt8>) throws(WebMError) -> WebMCue {
    var cue = WebMCue(time: .zero, track: 0, clusterOffset: 0, relativePosition: nil)
    var position: UInt64?
    var cursor = positions.children
    while let child = try cursor.next(in: bytes) {
      switch child.id {
      case .cueTrack: cue.track = try child.integer(in: bytes)
      case .cueClusterPosition: position = try child.unsigned(in: bytes)
      case .cueRelativePosition: cue.relativePosition = try child.unsigned(in: bytes)
      default: break
      }
    }
    guard let position else { throw .missing(.cueClusterPosition, offset: positions.offset) }
    let (offset, overflow) = segment.dataOffset.addingReportingOverflow(position)
    guard !overflow else { throw .invalidValue(.cueClusterPosition, offset: positions.offset) }
    cue.clusterOffset = offset
    return cue
  }
}
