import Media

/// Mixes lanes on one clock: 48 000 samples a second since `origin`, each delivered exactly once, in order.
/// Samples that no lane has when they are due are silence. Used by one thread only.
final class SoundMixer {
  /// The most samples buffered ahead of `delivered`: more than five seconds. A power of two.
  private static let capacity = 1 << 18
  /// Samples are delivered in multiples of 10 ms, up to 100 ms.
  private static let quantum = AudioFrame.sampleRate / 100
  private static let largest = 10 * quantum
  /// How long to wait for a late lane before its sound is silence. Samples.
  private static let shortestWait = AudioFrame.sampleRate / 5
  private static let longestWait = 2 * AudioFrame.sampleRate

  let channelCount: Int
  /// When sample 0 is captured.
  let origin: MediaTime
  /// Samples delivered so far: the index of the next.
  private(set) var delivered: Int
  private var lanes: [SoundLane] = []
  /// Ring buffer of the samples from `delivered` to `filled`.
  private let ring: UnsafeMutablePointer<Float>
  private var filled: Int
  private var maximumWait = SoundMixer.shortestWait
  private var limiter = SoundLimiter()

  /// - Parameters:
  ///   - origin: when sample 0 is captured.
  ///   - delivered: the index to begin with, for a mixer that continues another.
  init(channelCount: Int, origin: MediaTime, delivered: Int = 0) {
    self.channelCount = channelCount
    self.origin = origin
    self.delivered = delivered
    filled = delivered
    ring = .allocate(capacity: Self.capacity * channelCount)
    ring.initialize(repeating: 0, count: Self.capacity * channelCount)
  }

  deinit { ring.deallocate() }

  func add(_ lane: SoundLane) { lanes.append(lane) }
  func remove(_ lane: SoundLane) { lanes.removeAll { $0 === lane } }

  // MARK: - Indices and times

  /// Seconds since `origin`, as lanes count them.
  func seconds(_ time: MediaTime) -> Double { (time - origin).seconds }
  func time(of index: Int) -> Double { Double(index) / Double(AudioFrame.sampleRate) }
  func index(of seconds: Double) -> Int { Int((seconds * Double(AudioFrame.sampleRate)).rounded()) }
  func timestamp(of index: Int) -> MediaTime { origin + MediaTime(ticks: Int64(index), at: AudioFrame.sampleRate) }

  // MARK: - Sound in

  /// Mixes samples in from `index` on, except those that were delivered already.
  func add(_ samples: UnsafeBufferPointer<Float>, at index: Int) {
    let frames = samples.count / channelCount
    let first = max(0, delivered - index)
    let end = min(frames, delivered + Self.capacity - index)
    guard first < end else { return }
    filled = max(filled, delivered)
    if index + first > filled { clear(from: filled, to: index + first) }
    var (done, place) = (first, index + first)
    while done < end {
      // Up to the ring's end, and up to where no lane has added samples yet.
      let offset = place & (Self.capacity - 1)
      var count = min(end - done, Self.capacity - offset)
      if place < filled { count = min(count, filled - place) }
      let from = samples.baseAddress! + done * channelCount
      let to = ring + offset * channelCount
      if place >= filled {
        to.update(from: from, count: count * channelCount)
      } else {
        for sample in 0..<(count * channelCount) { to[sample] += from[sample] }
      }
      done += count
      place += count
    }
    filled = max(filled, place)
  }

  // MARK: - Sound out

  /// Delivers what is due.
  /// - Parameters:
  ///   - isCatchingUp: whether the server probably has sound that this thread had no time to fetch.
  ///   - give: gets the samples, which are lent for the call, and the index of the first.
  func deliver(now: MediaTime, isCatchingUp: Bool = false, _ give: (UnsafeBufferPointer<Float>, Int) -> Void) {
    let present = index(of: seconds(now))
    // Waits for the slowest lane that still gets sound: a microphone may be some blocks behind an output.
    let ready = lanes.compactMap { $0.isWaiting ? nil : $0.head }.filter { present - $0 <= maximumWait }.min()
    let due = isCatchingUp ? delivered : present - maximumWait
    let end = delivered + max(0, min(present, max(ready ?? due, due)) - delivered) / Self.quantum * Self.quantum
    for lane in lanes {
      // This lane has no sound up to `end`.
      if let head = lane.head, head < end { lane.fadeOut() }
    }
    while delivered < end { deliver(min(Self.largest, end - delivered), give) }
  }

  /// When to deliver at the latest if no sound comes.
  var nextDue: MediaTime { timestamp(of: delivered + Self.quantum * 5 + maximumWait) }

  /// Raises the wait for late sound by about `frames` samples.
  func wait(longerBy frames: Int) {
    maximumWait = min(Self.longestWait, maximumWait + frames + Self.shortestWait / 4)
  }

  private func deliver(_ frames: Int, _ give: (UnsafeBufferPointer<Float>, Int) -> Void) {
    let start = delivered
    if filled < start + frames {
      clear(from: max(filled, start), to: start + frames)
      filled = start + frames
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: frames * channelCount) { samples in
      guard let base = samples.baseAddress else { return }
      let offset = start & (Self.capacity - 1)
      let count = min(frames, Self.capacity - offset)
      base.update(from: ring + offset * channelCount, count: count * channelCount)
      (base + count * channelCount).update(from: ring, count: (frames - count) * channelCount)
      limiter.limit(samples, channelCount: channelCount)
      delivered += frames
      give(UnsafeBufferPointer(samples), start)
    }
  }

  private func clear(from first: Int, to end: Int) {
    var place = first
    while place < end {
      let offset = place & (Self.capacity - 1)
      let count = min(end - place, Self.capacity - offset)
      (ring + offset * channelCount).update(repeating: 0, count: count * channelCount)
      place += count
    }
  }
}
