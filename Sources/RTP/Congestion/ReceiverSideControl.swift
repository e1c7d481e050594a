internal import Media

/// A rate from what receivers say: the loss and the round trip of their reports, and their own estimate (REMB).
///
/// Up to 2 % of loss the rate rises by 8 % a second; over 10 % it falls by half of the loss, once per 300 ms and round trip. A
/// round trip that has become long, because a queue has filled, lets it fall to the receiver's estimate, to half at the most at
/// once, or where there is no estimate by 15 %.
///
/// The estimate alone lets nothing fall. A receiver cannot know what a path carries beyond what comes by it, and from a
/// desktop at rest next to nothing does: browsers then estimate less than the next change takes, and raise it by 8 % a second
/// only. In the first two seconds without loss it is believed at once where it is high, so that a good path need not be
/// climbed.
struct ReceiverSideControl {
  private static let low = 0.02
  private static let high = 0.10
  /// Fewer packets say little about loss.
  private static let enoughPackets = 20
  private static let startPhase = MediaTime.seconds(2)
  private static let decreaseInterval = MediaTime.milliseconds(300)
  /// A round trip is long when it is longer than the shortest by this, and by as much again as that is.
  private static let queueing = MediaTime.milliseconds(100)

  private var minimum: Int
  private var maximum: Int
  private var estimate: Double
  /// The receiver's last estimate.
  private var limit: Double?
  private var roundTrips = ShortestRoundTrip()
  /// Whether the last measured round trip was long.
  private var isLate = false
  private var lost = 0
  private var expected = 0
  private var hasLost = false
  private var started: MediaTime?
  private var changed: MediaTime?
  private var decreased: MediaTime?

  init(start: Int, minimum: Int, maximum: Int) {
    self.minimum = minimum
    self.maximum = maximum
    estimate = Double(start)
    clamp()
  }

  /// Bits per second.
  var bitrate: Int { Int(estimate) }

  mutating func setBounds(minimum: Int, maximum: Int) {
    self.minimum = minimum
    self.maximum = maximum
    clamp()
  }

  /// A packet leaves.
  mutating func sent(now: MediaTime) {
    if started == nil { started = now }
  }

  mutating func received(maximumBitrate: UInt64, now: MediaTime) {
    // Whatever it says, it bounds nothing beyond what is asked for here.
    let limit = Double(min(maximumBitrate, UInt64(Int64.max)))
    self.limit = limit
    if !hasLost, !isLate, let started, now < started + Self.startPhase { estimate = max(estimate, limit) }
    if isLate { giveWay(now: now, interval: Self.decreaseInterval) }
    clamp()
  }

  /// A report answers one of ours.
  mutating func received(roundTrip: MediaTime, now: MediaTime) {
    let shortest = roundTrips.add(roundTrip, now: now)
    isLate = roundTrip > shortest + max(Self.queueing, shortest)
    if isLate { giveWay(now: now, interval: Self.decreaseInterval + shortest) }
    clamp()
  }

  /// Takes in what a report says about a stream.
  /// - Parameters:
  ///   - lost: packets since the report before, of `expected`.
  ///   - roundTrip: nil when it is not known yet.
  mutating func received(lost: Int, of expected: Int, roundTrip: MediaTime?, now: MediaTime) {
    self.lost += lost
    self.expected += expected
    guard self.expected >= Self.enoughPackets else { return }
    let share = Double(self.lost) / Double(self.expected)
    self.lost = 0
    self.expected = 0
    if share > 0 { hasLost = true }
    if share <= Self.low {
      let elapsed = (changed ?? started).map { min(max(0, (now - $0).seconds), 1) } ?? 1
      if !isLate {
        estimate *= 1 + 0.08 * elapsed
        estimate += 1000 * elapsed
      }
      changed = now
    } else if share > Self.high {
      guard mayDecrease(now: now, interval: Self.decreaseInterval + (roundTrip ?? .zero)) else { return }
      estimate *= 1 - 0.5 * min(share, 1)
    } else {
      changed = now
    }
    clamp()
  }

  /// Falls because a queue has filled.
  private mutating func giveWay(now: MediaTime, interval: MediaTime) {
    guard limit.map({ $0 < estimate }) ?? true, mayDecrease(now: now, interval: interval) else { return }
    estimate = limit.map { max($0, estimate * 0.5) } ?? estimate * 0.85
  }

  /// Whether the last fall is long enough ago for its effect to have been seen; if so, this is the next.
  private mutating func mayDecrease(now: MediaTime, interval: MediaTime) -> Bool {
    if let decreased, now < decreased + interval { return false }
    decreased = now
    changed = now
    return true
  }

  private mutating func clamp() { estimate = min(max(estimate, Double(minimum)), Double(maximum)) }
}

/// The shortest round trip of the last ten to twenty seconds: what the path takes when nothing waits on it.
private struct ShortestRoundTrip {
  private static let span = MediaTime.seconds(10)
  private var current: MediaTime?
  private var before: MediaTime?
  private var since: MediaTime?

  mutating func add(_ roundTrip: MediaTime, now: MediaTime) -> MediaTime {
    if now - (since ?? now) >= Self.span {
      before = current
      current = nil
      since = now
    }
    since = since ?? now
    current = min(current ?? roundTrip, roundTrip)
    return min(before ?? roundTrip, current ?? roundTrip)
  }
}
