package import Media

/// Makes an interrupted or damaged WebM file whole and seekable, without changing a frame.
///
/// `init` reads the file once. The repair is then a list of steps, either on the file itself (`steps`), if it has room
/// for an index and a duration, or to write a new file (`rewriting`). It does I/O only through the source, and memory
/// is bounded: an index of at most 8192 entries, and a few thousand edits.
///
/// Matroska files are repaired too: they differ only in their DocType. Source: RFC 8794, RFC 9559.
package struct WebMRepair<Source: WebMSource> {
  /// Whether the file needs no repair: it has a duration, an index of its clusters, and a proper end.
  package let isHealthy: Bool
  /// The findings.
  package let report: WebMRepairReport

  let reader: WebMReader<Source>
  /// The Segment with the size in the file.
  let segment: WebMElement
  let survey: RepairSurvey

  /// Examines a file.
  /// - Throws: `WebMError`: `notWebM` for another file, others when the part before the first cluster is damaged or
  ///   cut, `missing` when there is no whole block; and the source's errors.
  package init(_ source: Source) throws {
    var reader = try WebMReader(source, docTypes: ["webm", "matroska"])
    let segment = reader.segment
    let hasSegmentEnd = (segment.end ?? .max) <= reader.window.size
    // Nothing follows the Segment: its size is not needed, and may be wrong.
    if (segment.end ?? .max) >= reader.window.size { reader.ignoreSegmentSize() }
    let survey = try RepairSurvey(reader)
    guard survey.index.blocks > 0 else { throw WebMError.missing(.cluster, offset: survey.end.kept) }
    let tail: WebMRepairReport.Tail =
      if survey.end.kept == survey.end.end {
        .whole
      } else if survey.endsInZeros {
        .zeros
      } else {
        survey.end.isHalfBlock ? .halfBlock : .other
      }
    let isWhole = tail == .whole && survey.skippedPlaces == 0 && !survey.hasWrongSizes
    self.reader = reader
    self.segment = segment
    self.survey = survey
    isHealthy = isWhole && reader.info.duration != nil && survey.cuesAreValid && hasSegmentEnd
    report = WebMRepairReport(
      duration: (isWhole ? reader.info.duration : nil) ?? survey.index.duration, blocks: survey.index.blocks,
      indexed: survey.index.cues.points.count, indexesKeyFrames: survey.index.hasKeyFrames, tail: tail,
      droppedBytes: survey.end.end - survey.end.kept, skippedBytes: survey.skippedBytes,
      skippedPlaces: survey.skippedPlaces)
  }

  /// The steps to repair the file in place; empty for a healthy one, nil if it has no room and must be rewritten.
  ///
  /// Interrupted after any of these steps, or within one, the file plays as before and can be repaired again.
  package var steps: [WebMRepairStep]? {
    get throws {
      guard !isHealthy else { return [] }
      var plan = InPlacePlan(self)
      return try plan.steps()
    }
  }

  /// The steps to write a new file, a few at a time.
  package func rewriting() -> WebMRewriter<Source> { WebMRewriter(self) }

  /// The duration in units of the TimestampScale.
  var durationTicks: Double { Double(report.duration.nanoseconds) / Double(reader.info.timestampScale) }
}

extension RepairSurvey {
  /// Whether a cluster has a wrong size.
  var hasWrongSizes: Bool {
    edits.contains { if case .resize(let cluster, _) = $0 { cluster.size != nil } else { false } }
  }
}

/// The findings and the effect of a repair.
package struct WebMRepairReport: Sendable, Equatable {
  /// Bytes at the end that are not part of the recording.
  package enum Tail: Sendable, Equatable {
    /// Nothing.
    case whole
    /// An incomplete block.
    case halfBlock
    /// Zeros, as after a power cut.
    case zeros
    /// An index that is replaced, or anything else.
    case other
  }

  /// From the recording's start to the end of its last block.
  package var duration: MediaTime
  /// Number of whole blocks.
  package var blocks: UInt64
  /// Number of index entries.
  package var indexed: Int
  /// Whether the entries are key frames of a video track.
  package var indexesKeyFrames: Bool
  /// The kind of the bytes dropped at the end.
  package var tail: Tail
  /// Bytes dropped at the end.
  package var droppedBytes: UInt64
  /// Damaged bytes skipped elsewhere.
  package var skippedBytes: UInt64
  /// The number of places with skipped bytes.
  package var skippedPlaces: Int
}

/// A change to a file; a repair's steps are made in order.
package enum WebMRepairStep: Sendable, Equatable {
  /// Add these bytes at the end.
  case append([UInt8])
  /// Append this range of the damaged file; it may be gigabytes.
  case copy(Range<UInt64>)
  /// Overwrite the bytes at `offset`, in bytes from the file's start. The file's length does not change.
  case patch(offset: UInt64, bytes: [UInt8])
  /// Truncate the file to this many bytes.
  case truncate(to: UInt64)
  /// Write everything so far to the disk before the next step.
  case flush
}
