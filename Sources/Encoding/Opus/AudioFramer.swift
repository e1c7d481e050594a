internal import Media

/// Makes one row of samples without gaps out of sound as it comes, in blocks of 20 ms: fills with silence what a source leaves
/// out, drops what comes twice, leaves pauses out, and ends where it is told, all to the sample. Where two pieces meet that do
/// not belong together, each fades. Reads no clock.
///
/// Samples are left and right in turns; counts are of one channel.
struct AudioFramer {
  /// Sound as it comes.
  struct Chunk {
    var samples: [Float]
    /// When its first sample was captured.
    var time: MediaTime
  }

  /// 20 ms, whole.
  struct Block {
    var samples: [Float]
    /// When its first sample was captured, less the pauses before it.
    var time: MediaTime
    /// The same with the pauses.
    var capturedAt: MediaTime
  }

  /// What is to happen at a point in capture time.
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

  /// Samples over which pieces fade: 5 ms.
  static let fade = 240
  /// A source's time that differs by no more from the count of its samples, half a millisecond, is rounding.
  private static let tolerance: Int64 = 24
  /// Longer gaps, of 10 s, are not filled: time leaps.
  private static let longestGap: Int64 = 480_000
  /// Sound that is kept until it is known where to begin: 3 s.
  private static let longestHold = 144_000
  private static let channels = OpusEncoder.channels
  private static let blockSize = OpusEncoder.blockSize

  /// Samples that stay behind while more may come, so that what turns out to be the last can fade.
  private let reserve: Int
  private let lookahead: Int
  /// When sample 0 was captured, less the pauses; nil before the row begins.
  private var origin: MediaTime?
  private var held: [Chunk] = []
  private var row: [Float] = []
  /// Samples before those in `row`.
  private var taken: Int64
  private var ready: [Block] = []
  private var leftOut = MediaTime.zero
  private var pausedAt: MediaTime?
  /// What came last while paused: a resumption is told after it happens.
  private var recent: [Chunk] = []
  private var marks: [Mark] = []
  private var hasSourceEnded = false
  /// Samples of a fade that are still to come.
  private var fadingIn = 0

  /// Nothing more comes.
  private(set) var isOver = false
  /// When the sound ended, by the blocks' time; nil where none began.
  private(set) var end: MediaTime?
  /// Samples of silence put where the source gave nothing, and samples dropped because their time was taken.
  private(set) var filled = 0
  private(set) var dropped = 0

  /// - Parameters:
  ///   - reserve: samples that wait for what comes after them; a pause or an end within them is exact.
  ///   - lookahead: the encoder's: what must follow the last sample.
  ///   - taken: samples that have gone out before the row goes on with `begin`, whole blocks.
  init(reserve: Int, lookahead: Int, taken: Int64 = 0) {
    self.reserve = max(reserve, Self.fade)
    self.lookahead = lookahead
    self.taken = taken
  }

  var hasBegun: Bool { origin != nil || isOver }

  /// Up to when, in capture time, the sound is there; nil where none is awaited.
  var awaited: MediaTime? {
    guard let origin, !isOver else { return nil }
    return pausedAt == nil ? origin + Self.time(end: count) + leftOut : marks.first?.time
  }

  /// When the sound is to end, once that is known.
  var finish: MediaTime? {
    for case .finish(let time) in marks { return time }
    return nil
  }

  /// The next block, if it is whole.
  mutating func next() -> Block? { ready.isEmpty ? nil : ready.removeFirst() }

  // MARK: - What happens

  /// Begins the row at `time`: what was captured before is left out, and where nothing was, there is silence.
  mutating func begin(at time: MediaTime) {
    guard origin == nil, !isOver else { return }
    origin = time - Self.time(end: taken)
    fadingIn = Self.fade
    while let mark = marks.first, mark.time <= time {
      marks.removeFirst()
      switch mark {
      case .pause: pausedAt = time
      case .resume: pausedAt = nil
      case .finish: isOver = true
      }
    }
    let chunks = held
    held = []
    for chunk in chunks { place(chunk.samples[...], at: chunk.time) }
    if hasSourceEnded { sourceEnded() }
  }

  mutating func add(_ chunk: Chunk) {
    guard !isOver else { return }
    guard origin == nil else { return place(chunk.samples[...], at: chunk.time) }
    held.append(chunk)
    Self.trim(&held, to: Self.longestHold)
  }

  /// Lets the oldest go until no more than so many samples are left, or one chunk.
  private static func trim(_ chunks: inout [Chunk], to count: Int) {
    var surplus = chunks.reduce(0) { $0 + $1.samples.count / channels } - count
    while surplus > 0, chunks.count > 1 { surplus -= chunks.removeFirst().samples.count / channels }
  }

  /// Marks come in the order of their times.
  mutating func add(_ mark: Mark) {
    guard finish == nil, !isOver else { return }
    marks.append(mark)
    let chunks = recent
    recent = []
    for chunk in chunks { place(chunk.samples[...], at: chunk.time) }
  }

  /// Nothing came up to `time`: silence.
  mutating func advance(to time: MediaTime) { if origin != nil { place([], at: time) } }

  /// The source gives nothing more: what there is, is all.
  mutating func sourceEnded() {
    hasSourceEnded = true
    if origin != nil, !isOver { close() }
  }

  /// There will be no row.
  mutating func abandon() { isOver = true }

  // MARK: - The row

  private var count: Int64 { taken + Int64(row.count / Self.channels) }

  /// How long so many samples are.
  private static func time(end count: Int64) -> MediaTime { MediaTime(ticks: count, at: AudioFrame.sampleRate) }

  /// The sample that is captured at `time`.
  private func index(_ time: MediaTime) -> Int64 {
    (time - (origin ?? time) - leftOut).roundedTicks(at: AudioFrame.sampleRate)
  }

  /// Takes sound that was captured from `time` on, by the marks; where it is empty, silence up to `time`.
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
          recent.append(Chunk(samples: Array(samples), time: time))
          Self.trim(&recent, to: reserve)
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
      reach(mark)
    }
  }

  private mutating func reach(_ mark: Mark) {
    switch mark {
    case .pause(let time):
      guard pausedAt == nil else { return }
      cut(at: time)
      pausedAt = time
      release(keeping: 0)
    case .resume(let time):
      guard let start = pausedAt else { return }
      pausedAt = nil
      recent = []
      leftOut += time - start
      fadingIn = Self.fade
    case .finish(let time):
      if pausedAt == nil { cut(at: time) }
      close()
    }
  }

  /// Takes out what is there of the time from `time` on, and lets the rest fade.
  private mutating func cut(at time: MediaTime) {
    let surplus = Int(min(max(0, count - index(time)), Int64(row.count / Self.channels)))
    row.removeLast(surplus * Self.channels)
    fadeOut()
  }

  private mutating func close() {
    isOver = true
    marks = []
    recent = []
    fadeOut()
    end = (origin ?? .zero) + Self.time(end: count)
    guard count > 0 else { return }
    let needed = count + Int64(lookahead)
    let blocks = (needed - taken + Int64(Self.blockSize) - 1) / Int64(Self.blockSize)
    row += [Float](repeating: 0, count: Int(blocks) * Self.blockSize * Self.channels - row.count)
    release(keeping: 0)
  }

  private mutating func append(_ samples: ArraySlice<Float>, at time: MediaTime) {
    var samples = samples
    let gap = index(time) - count
    if gap > Self.longestGap {
      leap(to: time)
    } else if gap > (samples.isEmpty || fadingIn > 0 ? 0 : Self.tolerance) {
      fadeOut()
      row += [Float](repeating: 0, count: Int(gap) * Self.channels)
      filled += Int(gap)
      fadingIn = Self.fade
    } else if gap < (fadingIn > 0 ? 0 : -Self.tolerance), !samples.isEmpty {
      let overlap = Int(min(-gap, Int64(samples.count / Self.channels)))
      // Before the row's beginning is not twice.
      if count > 0 { dropped += overlap }
      samples = samples.dropFirst(overlap * Self.channels)
      guard !samples.isEmpty else { return }
      if count > 0 { fadeOut() }
      fadingIn = Self.fade
    }
    let start = row.count
    row += samples
    fadeIn(from: start)
    release(keeping: reserve)
  }

  /// Goes on at another time, from a new block.
  private mutating func leap(to time: MediaTime) {
    fadeOut()
    let rest = row.count % (Self.blockSize * Self.channels)
    if rest > 0 { row += [Float](repeating: 0, count: Self.blockSize * Self.channels - rest) }
    release(keeping: 0)
    origin = time - leftOut - Self.time(end: count)
    fadingIn = Self.fade
  }

  /// Gives out the blocks that are whole with so many samples behind them.
  private mutating func release(keeping kept: Int) {
    let size = Self.blockSize * Self.channels
    var start = 0
    while row.count - start >= size + kept * Self.channels {
      let time = (origin ?? .zero) + Self.time(end: taken)
      ready.append(Block(samples: Array(row[start..<start + size]), time: time, capturedAt: time + leftOut))
      taken += Int64(Self.blockSize)
      start += size
    }
    row.removeFirst(start)
  }

  // MARK: - Fades

  /// 0 to 1 without a corner at either end.
  private static func gain(_ step: Int) -> Float {
    let x = Float(step) / Float(fade)
    return x * x * (3 - 2 * x)
  }

  private mutating func fadeOut() {
    let length = min(Self.fade, row.count / Self.channels)
    let start = row.count - length * Self.channels
    for step in 0..<length {
      let gain = Self.gain(length - 1 - step)
      row[start + 2 * step] *= gain
      row[start + 2 * step + 1] *= gain
    }
  }

  private mutating func fadeIn(from start: Int) {
    var index = start
    while fadingIn > 0, index < row.count {
      let gain = Self.gain(Self.fade - fadingIn)
      row[index] *= gain
      row[index + 1] *= gain
      index += Self.channels
      fadingIn -= 1
    }
  }
}
