/// The index collected while a file is written; its size is bounded for a recording of any length.
///
/// It has an entry for each key frame up to `capacity`; then the entries are thinned to at most half, evenly in time,
/// and later ones keep that distance. With a key frame each 10 s the first thinning is after 22 hours.
struct CueList: Sendable {
  /// Maximum entries: about 200 kB, in memory and in the file.
  static let capacity = 8192

  private(set) var points: [CuePoint] = []
  /// The minimum time between two entries, in units of the TimestampScale; 0 until the first thinning.
  private var spacing: Int64 = 0

  /// Adds a key frame; called in order of time.
  mutating func add(_ point: CuePoint) {
    if let last = points.last, point.time - last.time < spacing { return }
    points.append(point)
    if points.count > CueList.capacity { thin() }
  }

  private mutating func thin() {
    while points.count > CueList.capacity / 2 {
      spacing = max(1000, spacing * 2)
      var kept: [CuePoint] = []
      for point in points {
        if let last = kept.last, point.time - last.time < spacing { continue }
        kept.append(point)
      }
      points = kept
    }
  }

  /// Writes the Cues element; requires at least one entry.
  func write(into writer: inout EBMLWriter) {
    writer.master(.cues) { cues in
      for point in points { point.write(into: &cues) }
    }
  }
}

/// The position of a key frame: an entry of the index.
///
/// Source: RFC 9559 §5.1.5.1.
struct CuePoint: Sendable, Equatable {
  /// The frame's timestamp, in units of the TimestampScale.
  var time: Int64
  var track: Int
  /// The cluster's offset from the first byte of the Segment's data.
  var clusterPosition: UInt64
  /// The block's offset from the first byte of the cluster's data.
  var relativePosition: UInt64

  func write(into writer: inout EBMLWriter) {
    writer.master(.cuePoint) { point in
      point.unsigned(.cueTime, UInt64(max(0, time)))
      point.master(.cueTrackPositions) { positions in
        positions.unsigned(.cueTrack, UInt64(track))
        positions.unsigned(.cueClusterPosition, clusterPosition)
        positions.unsigned(.cueRelativePosition, relativePosition)
      }
    }
  }
}
