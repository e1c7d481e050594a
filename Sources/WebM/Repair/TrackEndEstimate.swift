import Media

/// Estimates the end of a track, block by block.
struct TrackEndEstimate {
  private var last: Int64?
  /// The last distances between blocks, in nanoseconds.
  private var distances: [Int64] = []
  private var next = 0
  /// The latest end of a block that has a duration.
  private var end: Int64 = 0

  private static let distanceCount = 15
  /// The last picture may have lasted longer, but the file does not tell.
  private static let longestGuess: Int64 = 2_000_000_000

  mutating func add(_ block: WebMBlock) {
    let time = block.time.nanoseconds
    if let duration = block.duration { end = max(end, time.addingClamped(duration.nanoseconds)) }
    guard let last else {
      self.last = time
      return
    }
    let (distance, overflow) = time.subtractingReportingOverflow(last)
    guard distance > 0 && !overflow else { return }
    self.last = time
    if distances.count < Self.distanceCount {
      distances.append(distance)
    } else {
      distances[next] = distance
      next = (next + 1) % Self.distanceCount
    }
  }

  /// The end of the last block, in nanoseconds: by its duration, or else the median of the last distances after it.
  var estimatedEnd: Int64 {
    guard let last else { return end }
    let usual = distances.isEmpty ? 0 : distances.sorted()[distances.count / 2]
    return max(end, last.addingClamped(min(usual, Self.longestGuess)))
  }
}

extension Int64 {
  /// The sum, or `Int64.max` on overflow; `other` is not negative.
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
