import Media

/// The index and length of a recording, found block by block, in bounded memory.
struct RecordingIndex {
  private let timestampScale: Int64
  /// The track whose key frames are indexed; nil without video.
  private let videoTrack: Int?
  private var keyFrames = CueList()
  /// For a file without video, or whose video has no key frame: a block each second.
  private var places = CueList()
  private var clocks: [Int: TrackClock]
  private var lastTime: Int64 = 0
  /// How many blocks there are.
  private(set) var blocks: UInt64 = 0

  /// 146 years; twice that is what a time in nanoseconds holds.
  private static let longestDuration: Int64 = .max / 2

  init(tracks: [WebMTrack], timestampScale: Int64) {
    self.timestampScale = timestampScale
    videoTrack = tracks.first(where: \.isVideo)?.number
    clocks = Dictionary(tracks.map { ($0.number, TrackClock()) }, uniquingKeysWith: { first, _ in first })
  }

  /// Adds a block, in the order of the file.
  /// - Parameters:
  ///   - clusterPosition: its cluster's offset from the first byte of the Segment's data.
  ///   - relativePosition: its own from the first byte of the cluster's data.
  mutating func add(_ block: WebMBlock, clusterPosition: UInt64, relativePosition: UInt64) {
    blocks += 1
    lastTime = max(lastTime, block.time.nanoseconds)
    clocks[block.track]?.add(block)
    let time = max(0, block.time.nanoseconds) / timestampScale
    let point = CuePoint(
      time: time, track: block.track, clusterPosition: clusterPosition, relativePosition: relativePosition)
    if block.track == videoTrack {
      if block.isKeyFrame { keyFrames.add(point) }
    }
    let second = max(1, 1_000_000_000 / timestampScale)
    if let last = places.points.last, time < last.time || time - last.time < second { return }
    places.add(point)
  }

  /// Whether key frames are indexed, and not just places.
  var hasKeyFrames: Bool { !keyFrames.points.isEmpty }

  var cues: CueList { hasKeyFrames ? keyFrames : places }

  /// From zero to the end of the last block.
  var duration: MediaTime {
    let end = clocks.values.reduce(lastTime) { max($0, $1.estimatedEnd) }
    // A duration of zero would be none.
    return MediaTime(nanoseconds: min(max(end, timestampScale), Self.longestDuration))
  }
}
