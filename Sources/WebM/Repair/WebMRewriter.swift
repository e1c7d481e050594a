import Media

/// Writes a new file from a damaged one: the header with a SeekHead and a duration, the whole blocks, an index.
///
/// Clusters keep their timestamps and, byte for byte, their blocks; tags, chapters and attachments are kept, and so is
/// whatever follows the Segment. Owned by one thread.
package struct WebMRewriter<Source: WebMSource> {
  private let repair: WebMRepair<Source>
  private var salvage: Salvage<Source>
  private var index: RecordingIndex
  private var seekHead = SeekHead()
  /// Bytes of the new file so far.
  private var position: UInt64 = 0
  private var segmentSizeOffset: UInt64 = 0
  private var segmentDataOffset: UInt64 = 0
  private var seekHeadOffset: UInt64 = 0
  private var cluster: WebMCluster?
  /// The offset of that cluster in the new file, once it has a block.
  private var clusterOffset: UInt64?
  /// The range to be copied next; adjacent ranges are merged.
  private var copying: Range<UInt64>?
  private var hasBegun = false

  /// Space for six entries; a Void fills the rest.
  private static var seekHeadSize: UInt64 { 160 }

  init(_ repair: WebMRepair<Source>) {
    self.repair = repair
    salvage = Salvage(repair.reader)
    index = RecordingIndex(tracks: repair.reader.tracks, timestampScale: repair.reader.info.timestampScale)
  }

  /// The next steps, possibly none; nil at the end. They are only `append`, `copy` and `patch`.
  /// - Throws: the source's errors.
  package mutating func next() throws -> [WebMRepairStep]? {
    var steps: [WebMRepairStep] = []
    guard hasBegun else {
      hasBegun = true
      try begin(&steps)
      return steps
    }
    guard let item = try salvage.next() else { return nil }
    switch item {
    case .cluster(let next): cluster = next
    case .block(let block): add(block, &steps)
    case .clusterEnd: endCluster(&steps)
    // A second Info or Tracks, separated from the first by damage, does not describe these blocks.
    case .element(let element): if element.id != .info && element.id != .tracks { copyElement(element, &steps) }
    case .damage: break
    case .end(let end): finish(end, &steps)
    }
    return steps
  }

  private mutating func begin(_ steps: inout [WebMRepairStep]) throws {
    var reader = repair.reader
    let header = reader.header
    var writer = EBMLWriter()
    // Not copied: it might forbid eight-byte sizes.
    writer.master(.ebml) { ebml in
      ebml.unsigned(.ebmlVersion, 1)
      ebml.unsigned(.ebmlReadVersion, 1)
      ebml.unsigned(.ebmlMaxIDLength, 4)
      ebml.unsigned(.ebmlMaxSizeLength, 8)
      ebml.string(.docType, header.docType)
      ebml.unsigned(.docTypeVersion, header.docTypeVersion)
      ebml.unsigned(.docTypeReadVersion, header.docTypeReadVersion)
    }
    writer.id(.segment)
    segmentSizeOffset = UInt64(writer.bytes.count)
    writer.unknownSize()
    append(writer.bytes, &steps)
    segmentDataOffset = position
    seekHeadOffset = position
    writer = EBMLWriter()
    writer.void(total: Int(Self.seekHeadSize))
    append(writer.bytes, &steps)

    var info = InfoElement()
    if let element = reader.preamble.last(where: { $0.id == .info }) {
      let data = try reader.window.data(of: element, limit: WebMLimits.elementSize)
      info = try InfoElement(data, base: element.dataOffset, limits: reader.limits)
    }
    addSeekEntry(.info)
    writer = EBMLWriter()
    writer.binary(.info, info.data(duration: repair.durationTicks))
    append(writer.bytes, &steps)
    for element in reader.preamble where element.id != .info { copyElement(element, &steps) }
  }

  private mutating func copyElement(_ element: WebMElement, _ steps: inout [WebMRepairStep]) {
    switch element.id {
    case .seekHead, .cues, .void, .crc32: return
    default: break
    }
    flush(&steps)
    addSeekEntry(element.id)
    copy(element.offset..<(element.end ?? element.dataOffset), &steps)
  }

  /// Adds the next element to the SeekHead, if it belongs there and is the first of its kind.
  private mutating func addSeekEntry(_ id: ElementID) {
    guard SeekHead.indexed.contains(id), !seekHead.entries.contains(where: { $0.id == id }) else { return }
    seekHead.entries.append(.init(id: id, position: position - segmentDataOffset))
  }

  private mutating func add(_ block: WebMBlock, _ steps: inout [WebMRepairStep]) {
    guard let cluster else { return }
    if clusterOffset == nil {
      flush(&steps)
      clusterOffset = position
      var writer = EBMLWriter()
      writer.id(.cluster)
      writer.unknownSize()
      writer.unsigned(.timestamp, UInt64(cluster.time.nanoseconds / repair.reader.info.timestampScale))
      append(writer.bytes, &steps)
    }
    guard let clusterOffset else { return }
    let blockPosition = position + copyingCount
    index.add(
      block, clusterPosition: clusterOffset - segmentDataOffset,
      relativePosition: blockPosition - clusterOffset - OpenCluster.headerSize)
    copy(block.element.offset..<(block.element.end ?? block.element.dataOffset), &steps)
  }

  private mutating func endCluster(_ steps: inout [WebMRepairStep]) {
    flush(&steps)
    if let clusterOffset {
      patchSize(at: clusterOffset + 4, position - clusterOffset - OpenCluster.headerSize, &steps)
    }
    cluster = nil
    clusterOffset = nil
  }

  private mutating func finish(_ end: SalvageEnd, _ steps: inout [WebMRepairStep]) {
    flush(&steps)
    addSeekEntry(.cues)
    var writer = EBMLWriter()
    index.cues.write(into: &writer)
    append(writer.bytes, &steps)
    if let head = seekHead.bytes(in: Self.seekHeadSize) { steps.append(.patch(offset: seekHeadOffset, bytes: head)) }
    patchSize(at: segmentSizeOffset, position - segmentDataOffset, &steps)
    // Another file after this one is kept as it is.
    let rest = end.end..<max(end.end, repair.reader.window.size)
    copy(rest, &steps)
    flush(&steps)
  }

  // MARK: - Steps

  private var copyingCount: UInt64 { UInt64(copying?.count ?? 0) }

  private mutating func append(_ bytes: [UInt8], _ steps: inout [WebMRepairStep]) {
    flush(&steps)
    steps.append(.append(bytes))
    position += UInt64(bytes.count)
  }

  private mutating func copy(_ range: Range<UInt64>, _ steps: inout [WebMRepairStep]) {
    guard !range.isEmpty else { return }
    if let last = copying, last.upperBound == range.lowerBound {
      copying = last.lowerBound..<range.upperBound
      return
    }
    flush(&steps)
    copying = range
  }

  /// Adds the copy step for the merged range.
  private mutating func flush(_ steps: inout [WebMRepairStep]) {
    guard let range = copying else { return }
    copying = nil
    steps.append(.copy(range))
    position += UInt64(range.count)
  }

  private func patchSize(at offset: UInt64, _ size: UInt64, _ steps: inout [WebMRepairStep]) {
    var writer = EBMLWriter()
    writer.size(size, length: 8)
    steps.append(.patch(offset: offset, bytes: writer.bytes))
  }
}
