/// The index that grows while a file is written, bounded however long that takes.
///
/// One entry a key frame until `capacity` is passed; then the entries are thinned to at most half, evenly in time, and
/// from there on keep that distance. At a key frame each 10 s nothing is thinned in the first 22 hours.
struct CueList: Sendable {
  /// The most entries kept: about 200 kB, here and in the file.
  static let capacity = 8192

  private(set) var points: [CuePoint] = []
  /// The least time between two entries, in units of the TimestampScale; 0 until the first thinning.
  private var spacing: Int64 = 0

  /// Adds a key frame, in order of time.
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

  /// Writes the Cues element; there must be an entry.
  func write(into writer: inout EBMLWriter) {
    writer.master(.cues) { cues in
      for point in points { point.write(into: &cues) }
    }
  }
}
