import Media

/// Makes an interrupted or damaged WebM file whole and seekable, without touching a frame.
///
/// `init` walks over the file once and finds what is there. What is to be done then comes as steps, either on the file
/// itself (`steps`), where it has room for an index and a duration, or as a new file (`rewriting`). It does no I/O but
/// through the source, and memory stays bounded: an index of at most 8192 entries, and a few thousand edits.
///
/// Matroska files are taken too: they are the same but for their name. Source: RFC 8794, RFC 9559.
public struct WebMRepair<Source: WebMSource> {
  /// Whether nothing needs to be done: it has a duration, an index that leads to its clusters, and ends as it should.
  public let isHealthy: Bool
  /// What was found.
  public let report: WebMRepairReport

  let reader: WebMReader<Source>
  /// The Segment as the file has it.
  let segment: WebMElement
  let survey: RepairSurvey

  /// Examines a file.
  /// - Throws: `WebMError`: `notWebM` when it is something else, others when its head is damaged or cut, `missing` when
  ///   there is not one whole block; and what the source throws.
  public init(_ source: Source) throws {
    var reader = try WebMReader(source, docTypes: ["webm", "matroska"])
    let segment = reader.segment
    let hasSegmentEnd = (segment.end ?? .max) <= reader.window.size
    // Nothing follows it: then its size is no help, and a wrong one no hindrance.
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
    isHealthy = isWhole && reader.info.duration != nil && survey.cuesAreGood && hasSegmentEnd
    report = WebMRepairReport(
      duration: (isWhole ? reader.info.duration : nil) ?? survey.index.duration, blocks: survey.index.blocks,
      indexed: survey.index.cues.points.count, indexesKeyFrames: survey.index.hasKeyFrames, tail: tail,
      droppedBytes: survey.end.end - survey.end.kept, skippedBytes: survey.skippedBytes,
      skippedPlaces: survey.skippedPlaces)
  }

  /// What to do to the file itself; empty for a healthy one, nil where it has no room and must be written anew.
  ///
  /// Cut off after any of these steps, or within one, the file plays as it did and can be repaired again.
  public var steps: [WebMRepairStep]? {
    get throws {
      guard !isHealthy else { return [] }
      var plan = InPlacePlan(self)
      return try plan.steps()
    }
  }

  /// The file written anew, bit by bit.
  public func rewriting() -> WebMRewriter<Source> { WebMRewriter(self) }

  /// The duration in units of the TimestampScale.
  var durationTicks: Double { Double(report.duration.nanoseconds) / Double(reader.info.timestampScale) }
}

extension RepairSurvey {
  /// Whether a cluster has a size that is not true.
  var hasWrongSizes: Bool {
    edits.contains { if case .resize(let cluster, _) = $0 { cluster.size != nil } else { false } }
  }
}
