import Media

/// All that a repair has to know of a file, found in one walk over it and kept in bounded memory.
struct RepairSurvey {
  /// A change that the recording's middle needs to be read without trouble.
  enum Edit: Equatable {
    /// The cluster's data ends here.
    case resize(WebMElement, end: UInt64)
    /// These bytes are to be passed over.
    case void(Range<UInt64>)
    /// The CRC-32 that starts here is no longer right.
    case dropCRC(at: UInt64)

    /// Where what it changes begins.
    var offset: UInt64 {
      switch self {
      case .resize(let cluster, _): cluster.offset
      case .void(let range): range.lowerBound
      case .dropCRC(let offset): offset
      }
    }
  }

  private(set) var index: RecordingIndex
  private(set) var cuesAreGood = false
  private(set) var end = SalvageEnd(kept: 0, end: 0, isHalfBlock: false)
  /// What stands in the Segment behind the first cluster and is no cluster.
  private(set) var elements: [WebMElement] = []
  private(set) var edits: [Edit] = []
  /// Whether there were more elements or edits than are kept.
  private(set) var isTooMuch = false
  private(set) var skippedBytes: UInt64 = 0
  private(set) var skippedPlaces = 0
  private(set) var endsInZeros = false

  private static let maximumElements = 256
  private static let maximumEdits = 4096

  /// Walks over the file.
  /// - Parameter reader: before its first `next`.
  init<Source>(_ reader: WebMReader<Source>) throws {
    var reader = reader
    var cueCheck = try CueCheck(&reader)
    let segmentStart = reader.segment.dataOffset
    index = RecordingIndex(tracks: reader.tracks, timestampScale: reader.info.timestampScale)
    var salvage = Salvage(reader)
    var cluster: WebMElement?
    var lastIsInside = false
    while let item = try salvage.next() {
      switch item {
      case .cluster(let next):
        cueCheck.found(clusterAt: next.element.offset)
        cluster = next.element
      case .block(let block):
        guard let cluster else { continue }
        index.add(
          block, clusterPosition: cluster.offset - segmentStart,
          relativePosition: block.element.offset - cluster.dataOffset)
      case .clusterEnd(let end):
        if let cluster, end > cluster.dataOffset, cluster.end != end {
          try add(.resize(cluster, end: end), checkingCRCOf: cluster, &reader)
        }
      case .element(let element):
        if elements.count < Self.maximumElements { elements.append(element) } else { isTooMuch = true }
      case .damage(let range, let insideCluster):
        skippedBytes += UInt64(range.count)
        // One place, as long as it is not partly in a cluster.
        if case .void(let last) = edits.last, last.upperBound == range.lowerBound, insideCluster == lastIsInside {
          edits[edits.count - 1] = .void(last.lowerBound..<range.upperBound)
          continue
        }
        lastIsInside = insideCluster
        skippedPlaces += 1
        try add(.void(range), checkingCRCOf: insideCluster ? cluster : nil, &reader)
      case .end(let end): self.end = end
      }
    }
    cuesAreGood = cueCheck.result
    if end.kept < end.end {
      endsInZeros = try reader.window.with(end.kept, count: 8) { bytes, index, count in
        count > 0 && (index..<index + count).allSatisfy { bytes[$0] == 0 }
      }
    }
  }

  private mutating func add<Source>(
    _ edit: Edit, checkingCRCOf cluster: WebMElement?, _ reader: inout WebMReader<Source>
  ) throws {
    // Clusters that do not say their size are allowed: the table of those that shall may overflow.
    guard edits.count + 2 <= Self.maximumEdits else {
      if case .resize(let cluster, _) = edit, cluster.size == nil { return }
      isTooMuch = true
      return
    }
    edits.append(edit)
    guard let cluster else { return }
    do {
      if let first = try reader.window.element(at: cluster.dataOffset, limits: reader.limits), first.id == .crc32 {
        edits.append(.dropCRC(at: first.offset))
      }
    } catch is WebMError {
      // What is no element is no CRC-32 either.
    }
  }
}
