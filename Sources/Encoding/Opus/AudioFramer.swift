internal import Media

/// Turns received sound into continuous samples in blocks of 20 ms: fills gaps of the source with silence, drops
/// overlapping samples, cuts out pauses, and ends at the requested time, all exact to the sample. Pieces that do not
/// adjoin fade out and in. Reads no clock.
///
/// Samples are interleaved, left and right; counts are of one channel.
struct AudioFramer {
  /// Received sound.
  struct Chunk {
    var samples: [Float]
    /// When its first sample was captured.
    var time: MediaTime
  }

  /// A whole block of 20 ms.
  struct Block {
    var samples: [Float]
    /// When its first sample was captured, minus the pauses before it.
    var time: MediaTime
    /// The same including the pauses.
    var capturedAt: MediaTime
  }

  /// An action at a point in capture time.
  enum Mark {
    case pause(MediaTime)
    case resume(MediaTime)
    case finish(MediaTime)

    var time: MediaTime {
      switch self {
      case .pause(let time), .resume(let time), .finish(let time): time
      }
    }
  }

  /// Samples of a fade: 5 ms.
  static let fade = 240
  /// A timestamp that differs from the sample count by no more than this, half a millisecond, is rounding.
  private static let tolerance: Int64 = 24
  /// Gaps longer than this, 10 s, are not filled: the blocks' time jumps.
  private static let longestGap: Int64 = 480_000
  /// Maximum samples buffered before `begin`: 3 s.
  private static let longestBuffer = 144_000
  private static let channels = OpusEncoder.channels
  private static let blockSize = OpusEncoder.blockSize

  /// Samples kept back while more may follow, so that the last ones can fade out.
  private let reserve: Int
  private let lookahead: Int
  /// When sample 0 was captured, minus the pauses; nil before `begin`.
  private var origin: MediaTime?
  private var buffered: [Chunk] = []
  private var pending: [Float] = []
  /// Samples emitted in blocks, before those in `pending`.
  private var consumed: Int64
  private var ready: [Block] = []
  private var pausedDuration = MediaTime.zero
  private var pausedAt: MediaTime?
  /// The latest sound received while paused: a resumption is reported after its time.
  private var chunksWhilePaused: [Chunk] = []
  private var marks: [Mark] = []
  private var hasSourceEnded = false
  /// Remaining samples of a fade-in.
  private var fadingIn = 0

  /// No more sound is added.
  private(set) var isOver = false
  /// When the sound ended, in the blocks' time; nil without any sound.
  private(set) var end: MediaTime?
  /// Samples of silence filled into gaps of the source, and overlapping samples that were dropped.
  private(set) var filled = 0
  private(set) var dropped = 0

  /// - Parameters:
  ///   - reserve: samples kept back until more follow; a pause or an end within them is exact.
  ///   - lookahead: the encoder's: samples that must follow the last one.
  ///   - consumed: samples emitted before `begin` continues the stream, in whole blocks.
  init(reserve: Int, lookahead: Int, consumed: Int64 = 0) {
    self.reserve = max(reserve, Self.fade)
    self.lookahead = lookahead
    self.consumed = consumed
  }

  var hasBegun: Bool { origin != nil || isOver }

  /// The capture time up to which sound has been received; nil when none is expected.
  var receivedUntil: MediaTime? {
    guard let origin, !isOver else { return nil }
    return pausedAt == nil ? origin + Self.time(end: count) + pausedDuration : marks.first?.time
  }

  /// The requested end, once known.
  var finish: MediaTime? {
    for case .finish(let time) in marks { return time }
    return nil
  }

  /// The next whole block, if any.
  mutating func next() -> Block? { ready.isEmpty ? nil : ready.removeFirst() }

  // MARK: - Input

  /// Begins at `time`: sound captured before is dropped, missing sound becomes silence.
  mutating func begin(at time: MediaTime) {
    guard origin == nil, !isOver else { return }
    origin = time - Self.time(end: consumed)
    fadingIn = Self.fade
    while let mark = marks.first, mark.time <= time {
      marks.removeFirst()
      switch mark {
      case .pause: pausedAt = time
      case .resume: pausedAt = nil
      case .finish: isOver = true
      }
    }
    let chunks = buffered
    buffered = []
    for chunk in chunks { place(chunk.samples[...], at: chunk.time) }
    if hasSourceEnded { sourceEnded() }
  }

  mutating func add(_ chunk: Chunk) {
    guard !isOver else { return }
    guard origin == nil else { return place(chunk.samples[...], at: chunk.time) }
    buffered.append(chunk)
    Self.trim(&buffered, to: Self.longestBuffer)
  }

  /// Drops the oldest chunks until at most `count` samples, or one chunk, are left.
  private static func trim(_ chunks: inout [Chunk], to count: Int) {
    var surplus = chunks.reduce(0) { $0 + $1.samples.count / channels } - count
    while surplus > 0, chunks.count > 1 { surplus -= chunks.removeFirst().samples.count / channels }
  }

  /// Adds an action; they come in the order of their times.
  mutating func add(_ mark: Mark) {
    guard finish == nil, !isOver else { return }
    marks.append(mark)
    let chunks = chunksWhilePaused
    chunksWhilePaused = []
    for chunk in chunks { place(chunk.samples[...], at: chunk.time) }
  }

  /// Fills with silence up to `time`, for which no sound was received.
  mutating func advance(to time: MediaTime) { if origin != nil { place([], at: time) } }

  /// The source has ended: no more sound is received.
  mutating func sourceEnded() {
    hasSourceEnded = true
    if origin != nil, !isOver { close() }
  }

  /// Ends without any sound.
  mutating func abandon() { isOver = true }

  // MARK: - Pending samples

  private var count: Int64 { consumed + Int64(pending.count / Self.channels) }

  /// The duration of `count` samples.
  private static func time(end count: Int64) -> MediaTime { MediaTime(ticks: count, at: AudioFrame.sampleRate) }

  /// The sample that is captured at `time`.
  private func index(_ time: MediaTime) -> Int64 {
    (time - (origin ?? time) - pausedDuration).roundedTicks(at: AudioFrame.sampleRate)
  }

  /// Adds sound captured from `time` on and applies the marks within it; without samples, fills with silence up to
  /// `time`.
  private mutating func place(_ samples: ArraySlice<Float>, at time: MediaTime) {
    var samples = samples
    var time = time
    while !isOver {
      let length = samples.count / Self.channels
      let last = time + Self.time(end: Int64(length))
      guard let mark = marks.first, mark.time <= last else {
        if pausedAt == nil {
          append(samples, at: time)
        } else if !samples.isEmpty {
          chunksWhilePaused.append(Chunk(samples: Array(samples), time: time))
          Self.trim(&chunksWhilePaused, to: reserve)
        }
        return
      }
      let before = min(length, max(0, Int(index(mark.time) - index(time))))
      if pausedAt == nil {
        append(samples.prefix(before * Self.channels), at: min(time, mark.time))
        if index(mark.time) > count { append([], at: mark.time) }
      }
      samples = samples.dropFirst(before * Self.channels)
      time = max(time, mark.time)
      marks.removeFirst()
      apply(mark)
    }
  }

  private mutating func apply(_ mark: Mark) {
    switch mark {
    case .pause(let time):
      guard pausedAt == nil else { return }
      cut(at: time)
      pausedAt = time
      emitBlocks(keeping: 0)
    case .resume(let time):
      guard let start = pausedAt else { return }
      pausedAt = nil
      chunksWhilePaused = []
      pausedDuration += time - start
      fadingIn = Self.fade
    case .finish(let time):
      if pausedAt == nil { cut(at: time) }
      close()
    }
  }

  /// Removes the samples captured from `time` on and fades out the rest.
  private mutating func cut(at time: MediaTime) {
    let surplus = Int(min(max(0, count - index(time)), Int64(pending.count / Self.channels)))
    pending.removeLast(surplus * Self.channels)
    fadeOut()
  }

  private mutating func close() {
    isOver = true
    marks = []
    chunksWhilePaused = []
    fadeOut()
    end = (origin ?? .zero) + Self.time(end: count)
    guard count > 0 else { return }
    let needed = count + Int64(lookahead)
    let blocks = (needed - consumed + Int64(Self.blockSize) - 1) / Int64(Self.blockSize)
    pending += [Float](repeating: 0, count: Int(blocks) * Self.blockSize * Self.channels - pending.count)
    emitBlocks(keeping: 0)
  }

  private mutating func append(_ samples: ArraySlice<Float>, at time: MediaTime) {
    var samples = samples
    let gap = index(time) - count
    if gap > Self.longestGap {
      jump(to: time)
    } else if gap > (samples.isEmpty || fadingIn > 0 ? 0 : Self.tolerance) {
      fadeOut()
      pending += [Float](repeating: 0, count: Int(gap) * Self.channels)
      filled += Int(gap)
      fadingIn = Self.fade
    } else if gap < (fadingIn > 0 ? 0 : -Self.tolerance), !samples.isEmpty {
      let overlap = Int(min(-gap, Int64(samples.count / Self.channels)))
      // Samples before the beginning are no overlap.
      if count > 0 { dropped += overlap }
      samples = samples.dropFirst(overlap * Self.channels)
      guard !samples.isEmpty else { return }
      if count > 0 { fadeOut() }
      fadingIn = Self.fade
    }
    let start = pending.count
    pending += samples
    fadeIn(from: start)
    emitBlocks(keeping: reserve)
  }

  /// Continues at another time, in a new block.
  private mutating func jump(to time: MediaTime) {
    fadeOut()
    let rest = pending.count % (Self.blockSize * Self.channels)
    if rest > 0 { pending += [Float](repeating: 0, count: Self.blockSize * Self.channels - rest) }
    emitBlocks(keeping: 0)
    origin = time - pausedDuration - Self.time(end: count)
    fadingIn = Self.fade
  }

  /// Emits whole blocks while at least `kept` samples follow them.
  private mutating func emitBlocks(keeping kept: Int) {
    let size = Self.blockSize * Self.channels
    var start = 0
    while pending.count - start >= size + kept * Self.channels {
      let time = (origin ?? .zero) + Self.time(end: consumed)
      ready.append(Block(samples: Array(pending[start..<start + size]), time: time, capturedAt: time + pausedDuration))
      consumed += Int64(Self.blockSize)
      start += size
    }
    pending.removeFirst(start)
  }

  // MARK: - Fades

  /// A smooth curve from 0 to 1, level at both ends.
  private static func gain(_ step: Int) -> Float {
    let x = Float(step) / Float(fade)
    return x * x * (3 - 2 * x)
  }

  private mutating func fadeOut() {
    let length = min(Self.fade, pending.count / Self.channels)
    let start = pending.count - length * Self.channels
    for step in 0..<length {
      let gain = Self.gain(length - 1 - step)
      pending[start + 2 * step] *= gain
      pending[start + 2 * step + 1] *= gain
    }
  }

  private mutating func fadeIn(from start: Int) {
    var index = start
    while fadingIn > 0, index < pending.count {
      let gain = Self.gain(Self.fade - fadingIn)
      pending[index] *= gain
      pending[index + 1] *= gain
      index += Self.channels
      fadingIn -= 1
    }
  }
}
