import Media

/// The index and duration of a recording, collected block by block in bounded memory.
struct RecordingIndex {
  private let timestampScale: Int64
  /// The track whose key frames are indexed; nil without video.
  private let videoTrack: Int?
  private var keyFrames = CueList()
  /// For a file without video, or without a key frame: one block per second.
  private var fallbackCues = CueList()
  private var trackEnds: [Int: TrackEndEstimate]
  private var lastTime: Int64 = 0
  /// The number of blocks.
  private(set) var blocks: UInt64 = 0

  /// 146 years, half of the range of nanoseconds in 64 bits.
  private static let longestDuration: Int64 = .max / 2

  init(tracks: [WebMTrack], timestampScale: Int64) {
    self.timestampScale = timestampScale
    videoTrack = tracks.first(where: \.isVideo)?.number
    trackEnds = Dictionary(tracks.map { ($0.number, TrackEndEstimate()) }, uniquingKeysWith: { first, _ in first })
  }

  /// Adds a block; called in the order of the file.
  /// - Parameters:
  ///   - clusterPosition: its cluster's offset from the first byte of the Segment's data.
  ///   - relativePosition: the block's offset from the first byte of the cluster's data.
  mutating func add(_ block: WebMBlock, clusterPosition: UInt64, relativePosition: UInt64) {
    blocks += 1
    lastTime = max(lastTime, block.time.nanoseconds)
    trackEnds[block.track]?.add(block)
    let time = max(0, block.time.nanoseconds) / timestampScale
    let point = CuePoint(
      time: time, track: block.track, clusterPosition: clusterPosition, relativePosition: relativePosition)
    if block.track == videoTrack {
      if block.isKeyFrame { keyFrames.add(point) }
    }
    let second = max(1, 1_000_000_000 / timestampScale)
    if let last = fallbackCues.points.last, time < last.time || time - last.time < second { return }
    fallbackCues.add(point)
  }

  /// Whether the index has key frames, not one block per second.
  var hasKeyFrames: Bool { !keyFrames.points.isEmpty }

  var cues: CueList { hasKeyFrames ? keyFrames : fallbackCues }

  /// From zero to the end of the last block.
  var duration: MediaTime {
    let end = trackEnds.values.reduce(lastTime) { max($0, $1.estimatedEnd) }
    // Readers ignore a duration of zero.
    return MediaTime(nanoseconds: min(max(end, timestampScale), Self.longestDuration))
  }
}

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
