/// How a file is repaired where it is: a few patches in spaces that were kept for them, and an index at its end.
struct InPlacePlan<Source: WebMSource> {
  private let repair: WebMRepair<Source>
  private var reader: WebMReader<Source>
  private var survey: RepairSurvey { repair.survey }

  init(_ repair: WebMRepair<Source>) {
    self.repair = repair
    reader = repair.reader
  }

  /// The steps, or nil where the file has no room for them.
  mutating func steps() throws -> [WebMRepairStep]? {
    guard survey.skippedPlaces == 0, !survey.isTooMuch, survey.end.end == reader.window.size,
      reader.limits.maximumSizeLength == 8,
      !reader.preamble.contains(where: { $0.id == .crc32 }),
      // A second head, which damage has kept apart from the first.
      !survey.elements.contains(where: { $0.id == .info || $0.id == .tracks }), let edits = try editPatches(),
      let info = try infoPatch()
    else { return nil }
    let isIntact = survey.cuesAreGood && survey.end.kept == survey.end.end
    let others = isIntact ? [] : try indexSteps()
    guard let others, let final = segmentSize(end: isIntact ? survey.end.kept : indexEnd) else { return nil }
    // A Segment of unknown size looks like a recording that goes on, which is what it is from here.
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

  /// Where the new index goes: behind what is kept, without an old index that stands there.
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
    // Tables of contents elsewhere could still name what is no longer there.
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

  /// The elements side by side that a table of contents may take: the old one and Voids, or else the largest Void.
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
    // Only what differs: half a patch must not cost more than the Duration.
    guard let first = old.indices.first(where: { old[$0] != new[$0] }),
      let last = old.indices.last(where: { old[$0] != new[$0] })
    else { return [] }
    return [.patch(offset: element.dataOffset + UInt64(first), bytes: Array(new[first...last]))]
  }

  /// The patches inside the recording, or nil where one has no room.
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
        // Damage in the middle. Patched over in part, what is left of it could be taken for something else.
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
  /// What a table of contents names, where it is there.
  static let indexed: [ElementID] = [.info, .tracks, .chapters, .attachments, .tags, .cues]
}
