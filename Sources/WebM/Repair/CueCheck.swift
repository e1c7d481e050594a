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
