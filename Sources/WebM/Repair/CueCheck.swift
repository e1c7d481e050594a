/// Whether the Cues of a file name clusters that are there, found out cluster by cluster.
struct CueCheck {
  /// Where the Cues say that clusters begin, in order.
  private var offsets: [UInt64] = []
  private var next = 0
  private var isGood: Bool

  /// Takes the Cues; damaged ones, and none, are not good.
  /// - Throws: what the source throws.
  init<Source>(_ reader: inout WebMReader<Source>) throws {
    do {
      for cue in try reader.cues() { offsets.append(cue.clusterOffset) }
    } catch is WebMError {
      offsets = []
    }
    isGood = !offsets.isEmpty
    offsets.sort()
  }

  /// A cluster, in the order of the file.
  mutating func found(clusterAt offset: UInt64) {
    guard isGood, next < offsets.count else { return }
    if offsets[next] < offset { isGood = false }
    while next < offsets.count && offsets[next] == offset { next += 1 }
  }

  /// Whether all was as they say; after the last cluster.
  var result: Bool { isGood && next == offsets.count }
}
