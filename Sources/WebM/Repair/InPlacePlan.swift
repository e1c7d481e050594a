/// The steps to repair a file in place: a few patches in reserved spaces, and an index at its end.
struct InPlacePlan<Source: WebMSource> {
  private let repair: WebMRepair<Source>
  private var reader: WebMReader<Source>
  private var survey: RepairSurvey { repair.survey }

  init(_ repair: WebMRepair<Source>) {
    self.repair = repair
    reader = repair.reader
  }

  /// The steps, or nil if the file has no room for them.
  mutating func steps() throws -> [WebMRepairStep]? {
    guard survey.skippedPlaces == 0, !survey.exceedsLimits, survey.end.end == reader.window.size,
      reader.limits.maximumSizeLength == 8,
      !reader.preamble.contains(where: { $0.id == .crc32 }),
      // A second Info or Tracks, separated from the first by damage.
      !survey.elements.contains(where: { $0.id == .info || $0.id == .tracks }), let edits = try editPatches(),
      let info = try infoPatch()
    else { return nil }
    let isIntact = survey.cuesAreValid && survey.end.kept == survey.end.end
    let others = isIntact ? [] : try indexSteps()
    guard let others, let final = segmentSize(end: isIntact ? survey.end.kept : indexEnd) else { return nil }
    // Until the last step the Segment has an unknown size, like an unfinished recording.
    var steps: [WebMRepairStep] = []
    if !isIntact, repair.segment.size != nil {
      steps.append(.patch(offset: sizeField(of: repair.segment).lowerBound, bytes: unknownSize(of: repair.segment)))
    }
    if !isIntact, indexStart < reader.window.size { steps.append(.truncate(to: indexStart)) }
    steps += edits
    steps += others
    steps += info
    steps.append(final)
    steps.append(.flush)
    return steps
  }

  // MARK: - The index

  /// Where the new index begins: after the kept part, replacing an old index there.
  private var indexStart: UInt64 {
    var start = survey.end.kept
    for element in survey.elements.reversed() where element.id == .cues && element.end == start {
      start = element.offset
    }
    return start
  }

  private var cueBytes: [UInt8] {
    var writer = EBMLWriter()
    survey.index.cues.write(into: &writer)
    return writer.bytes
  }

  private var indexEnd: UInt64 { indexStart + UInt64(cueBytes.count) }

  private func indexSteps() throws -> [WebMRepairStep]? {
    // Another SeekHead could refer to elements that are no longer there.
    guard !survey.elements.contains(where: { $0.id == .seekHead || $0.id == .crc32 }), let space = seekHeadSpace else {
      return nil
    }
    let start = reader.segment.dataOffset
    var seekHead = SeekHead()
    for id in SeekHead.indexed where id != .cues {
      guard let element = (reader.preamble + survey.elements).first(where: { $0.id == id }) else { continue }
      seekHead.entries.append(.init(id: id, position: element.offset - start))
    }
    seekHead.entries.append(.init(id: .cues, position: indexStart - start))
    guard let head = seekHead.bytes(in: UInt64(space.count)) else { return nil }
    var steps: [WebMRepairStep] = [.append(cueBytes), .flush, .patch(offset: space.lowerBound, bytes: head)]
    for cues in reader.preamble + survey.elements where cues.id == .cues && cues.offset < indexStart {
      steps.append(void(cues.offset..<(cues.end ?? cues.dataOffset)))
    }
    return steps
  }

  /// The space for a SeekHead: the old one with adjacent Voids, or else the largest Void.
  private var seekHeadSpace: Range<UInt64>? {
    var spaces: [(range: Range<UInt64>, tables: Int)] = []
    for element in reader.preamble {
      guard element.id == .seekHead || element.id == .void, let end = element.end else { continue }
      let tables = element.id == .seekHead ? 1 : 0
      if let last = spaces.last, last.range.upperBound == element.offset {
        spaces[spaces.count - 1] = (last.range.lowerBound..<end, last.tables + tables)
      } else {
        spaces.append((element.offset..<end, tables))
      }
    }
    let tables = spaces.filter { $0.tables > 0 }
    if tables.isEmpty { return spaces.map(\.range).max { $0.count < $1.count } }
    return tables.count == 1 ? tables[0].range : nil
  }

  // MARK: - Patches

  private mutating func infoPatch() throws -> [WebMRepairStep]? {
    let infos = reader.preamble.filter { $0.id == .info }
    guard infos.count == 1, let element = infos.first else { return nil }
    let old = try reader.window.data(of: element, limit: WebMLimits.elementSize)
    let info = try InfoElement(old, base: element.dataOffset, limits: reader.limits)
    guard let new = info.data(duration: repair.durationTicks, count: old.count) else { return nil }
    // Only the bytes that differ: an incomplete patch then damages no more than the Duration.
    guard let first = old.indices.first(where: { old[$0] != new[$0] }),
      let last = old.indices.last(where: { old[$0] != new[$0] })
    else { return [] }
    return [.patch(offset: element.dataOffset + UInt64(first), bytes: Array(new[first...last]))]
  }

  /// The patches inside the recording, or nil if one has no room.
  private func editPatches() throws -> [WebMRepairStep]? {
    var steps: [WebMRepairStep] = []
    for edit in survey.edits where edit.offset < survey.end.kept {
      switch edit {
      case .resize(let cluster, let end):
        let size = end - cluster.dataOffset
        let field = sizeField(of: cluster)
        if size < VINT.allOnes(length: field.count) {
          var writer = EBMLWriter()
          writer.size(size, length: field.count)
          steps.append(.patch(offset: field.lowerBound, bytes: writer.bytes))
        } else if cluster.size != nil {
          return nil
        }
      case .void:
        // Damage in the middle. After an incomplete patch the rest could be misread as an element.
        return nil
      case .dropCRC(let offset):
        steps.append(.patch(offset: offset, bytes: [UInt8(ElementID.void.rawValue)]))
      }
    }
    return steps
  }

  private func segmentSize(end: UInt64) -> WebMRepairStep? {
    let field = sizeField(of: repair.segment)
    let size = end - reader.segment.dataOffset
    guard size < VINT.allOnes(length: field.count) else { return nil }
    var writer = EBMLWriter()
    writer.size(size, length: field.count)
    return .patch(offset: field.lowerBound, bytes: writer.bytes)
  }

  private func sizeField(of element: WebMElement) -> Range<UInt64> {
    element.offset + UInt64(element.id.length)..<element.dataOffset
  }

  private func unknownSize(of element: WebMElement) -> [UInt8] {
    let length = sizeField(of: element).count
    var writer = EBMLWriter()
    writer.size(VINT.allOnes(length: length), length: length)
    return writer.bytes
  }

  private func void(_ range: Range<UInt64>) -> WebMRepairStep {
    var writer = EBMLWriter()
    writer.voidHeader(total: UInt64(range.count))
    return .patch(offset: range.lowerBound, bytes: writer.bytes)
  }
}

extension SeekHead {
  /// The elements that a SeekHead lists, if they exist.
  static let indexed: [ElementID] = [.info, .tracks, .chapters, .attachments, .tags, .cues]
}
