import Media

/// What a repair needs to know about a file, collected in one pass in bounded memory.
struct RepairSurvey {
  /// A change inside the recording that makes it readable without errors.
  enum Edit: Equatable {
    /// The cluster's data ends here.
    case resize(WebMElement, end: UInt64)
    /// These bytes are to be skipped.
    case void(Range<UInt64>)
    /// The CRC-32 that starts here is invalid after another edit.
    case dropCRC(at: UInt64)

    /// The offset of the change.
    var offset: UInt64 {
      switch self {
      case .resize(let cluster, _): cluster.offset
      case .void(let range): range.lowerBound
      case .dropCRC(let offset): offset
      }
    }
  }

  private(set) var index: RecordingIndex
  private(set) var cuesAreValid = false
  private(set) var end = SalvageEnd(kept: 0, end: 0, isHalfBlock: false)
  /// The Segment's other elements after the first cluster.
  private(set) var elements: [WebMElement] = []
  private(set) var edits: [Edit] = []
  /// Whether there were more than `maximumElements` or `maximumEdits`.
  private(set) var exceedsLimits = false
  private(set) var skippedBytes: UInt64 = 0
  private(set) var skippedPlaces = 0
  private(set) var endsInZeros = false

  private static let maximumElements = 256
  private static let maximumEdits = 4096

  /// Reads the whole file.
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
        if elements.count < Self.maximumElements { elements.append(element) } else { exceedsLimits = true }
      case .damage(let range, let insideCluster):
        skippedBytes += UInt64(range.count)
        // Adjacent damage counts once, unless only part of it is in a cluster.
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
    cuesAreValid = cueCheck.result
    if end.kept < end.end {
      endsInZeros = try reader.window.with(end.kept, count: 8) { bytes, index, count in
        count > 0 && (index..<index + count).allSatisfy { bytes[$0] == 0 }
      }
    }
  }

  private mutating func add<Source>(
    _ edit: Edit, checkingCRCOf cluster: WebMElement?, _ reader: inout WebMReader<Source>
  ) throws {
    // Clusters of unknown size are valid: when there are too many, the rest can stay so.
    guard edits.count + 2 <= Self.maximumEdits else {
      if case .resize(let cluster, _) = edit, cluster.size == nil { return }
      exceedsLimits = true
      return
    }
    edits.append(edit)
    guard let cluster else { return }
    do {
      if let first = try reader.window.element(at: cluster.dataOffset, limits: reader.limits), first.id == .crc32 {
        edits.append(.dropCRC(at: first.offset))
      }
    } catch is WebMError {
      // It is no element, so no CRC-32.
    }
  }
}

/// Checks, cluster by cluster, whether the Cues of a file point to existing clusters.
struct CueCheck {
  /// The clusters' offsets in the Cues, in ascending order.
  private var offsets: [UInt64] = []
  private var next = 0
  private var isValid: Bool

  /// Reads the Cues; damaged or missing ones are invalid.
  /// - Throws: the source's errors.
  init<Source>(_ reader: inout WebMReader<Source>) throws {
    do {
      for cue in try reader.cues() { offsets.append(cue.clusterOffset) }
    } catch is WebMError {
      offsets = []
    }
    isValid = !offsets.isEmpty
    offsets.sort()
  }

  /// Checks a cluster; called in the order of the file.
  mutating func found(clusterAt offset: UInt64) {
    guard isValid, next < offsets.count else { return }
    if offsets[next] < offset { isValid = false }
    while next < offsets.count && offsets[next] == offset { next += 1 }
  }

  /// Whether all entries point to clusters; valid after the last cluster.
  var result: Bool { isValid && next == offsets.count }
}
