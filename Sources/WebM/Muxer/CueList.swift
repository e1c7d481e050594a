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
