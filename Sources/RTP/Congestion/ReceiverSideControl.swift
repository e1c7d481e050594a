internal import Media

/// Estimates the available bitrate from receiver reports (loss, round trip) and the receiver's own estimate (REMB).
///
/// Up to 2 % of loss the rate rises by 8 % a second. Over 10 % it falls by half of the loss, at most once per 300 ms
/// plus a round trip. When the round trip becomes long because a queue has filled, the rate falls to the receiver's
/// estimate, but to no less than half at once; without such an estimate it falls by 15 %.
///
/// The receiver's estimate alone never lowers the rate. A receiver measures only what arrives, and a still desktop
/// sends almost nothing: browsers then estimate less than the next change needs, and raise the estimate by only 8 % a
/// second. In the first two seconds without loss a high estimate is adopted at once, so that a good path does not start
/// with a slow climb.
struct ReceiverSideControl {
  private static let lowLoss = 0.02
  private static let highLoss = 0.10
  /// The loss of fewer packets is not representative.
  private static let minimumPackets = 20
  private static let startPhase = MediaTime.seconds(2)
  private static let decreaseInterval = MediaTime.milliseconds(300)
  /// A round trip is long when it exceeds the shortest one by this, and also by the length of the shortest one.
  private static let queueing = MediaTime.milliseconds(100)

  private var minimum: Int
  private var maximum: Int
  private var estimate: Double
  /// The receiver's last estimate.
  private var receiverEstimate: Double?
  private var roundTrips = ShortestRoundTrip()
  /// Whether the last measured round trip was long.
  private var isDelayed = false
  private var lost = 0
  private var expected = 0
  private var hasSeenLoss = false
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

  /// A packet was sent.
  mutating func sent(now: MediaTime) {
    if started == nil { started = now }
  }

  mutating func received(maximumBitrate: UInt64, now: MediaTime) {
    // The bounds of `clamp` still apply, so any value is safe.
    let limit = Double(min(maximumBitrate, UInt64(Int64.max)))
    receiverEstimate = limit
    if !hasSeenLoss, !isDelayed, let started, now < started + Self.startPhase { estimate = max(estimate, limit) }
    if isDelayed { decreaseForDelay(now: now, interval: Self.decreaseInterval) }
    clamp()
  }

  /// A receiver's report answered one of our sender reports.
  mutating func received(roundTrip: MediaTime, now: MediaTime) {
    let shortest = roundTrips.add(roundTrip, now: now)
    isDelayed = roundTrip > shortest + max(Self.queueing, shortest)
    if isDelayed { decreaseForDelay(now: now, interval: Self.decreaseInterval + shortest) }
    clamp()
  }

  /// Processes a report about a stream.
  /// - Parameters:
  ///   - lost: packets lost since the previous report, out of `expected`.
  ///   - roundTrip: nil when it is not known yet.
  mutating func received(lost: Int, of expected: Int, roundTrip: MediaTime?, now: MediaTime) {
    self.lost += lost
    self.expected += expected
    guard self.expected >= Self.minimumPackets else { return }
    let fraction = Double(self.lost) / Double(self.expected)
    self.lost = 0
    self.expected = 0
    if fraction > 0 { hasSeenLoss = true }
    if fraction <= Self.lowLoss {
      let elapsed = (changed ?? started).map { min(max(0, (now - $0).seconds), 1) } ?? 1
      if !isDelayed {
        estimate *= 1 + 0.08 * elapsed
        estimate += 1000 * elapsed
      }
      changed = now
    } else if fraction > Self.highLoss {
      guard mayDecrease(now: now, interval: Self.decreaseInterval + (roundTrip ?? .zero)) else { return }
      estimate *= 1 - 0.5 * min(fraction, 1)
    } else {
      changed = now
    }
    clamp()
  }

  /// Lowers the rate because a queue has filled.
  private mutating func decreaseForDelay(now: MediaTime, interval: MediaTime) {
    guard receiverEstimate.map({ $0 < estimate }) ?? true, mayDecrease(now: now, interval: interval) else { return }
    estimate = receiverEstimate.map { max($0, estimate * 0.5) } ?? estimate * 0.85
  }

  /// Whether the last decrease was long enough ago for its effect to show. If so, this call counts as the next
  /// decrease.
  private mutating func mayDecrease(now: MediaTime, interval: MediaTime) -> Bool {
    if let decreased, now < decreased + interval { return false }
    decreased = now
    changed = now
    return true
  }

  private mutating func clamp() { estimate = min(max(estimate, Double(minimum)), Double(maximum)) }
}

/// The shortest round trip of the last ten to twenty seconds: the delay of the path when its queues are empty.
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
