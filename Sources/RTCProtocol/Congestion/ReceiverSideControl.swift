internal import Media

/// A rate from what receivers say: their own estimate (REMB), and the loss in their reports.
///
/// Up to 2 % of loss the rate rises by 8 % a second; over 10 % it falls by half of the loss, once per 300 ms and round trip.
/// In the first two seconds without loss the receiver's estimate is believed at once, so that a good path need not be
/// climbed.
struct ReceiverSideControl {
  private static let low = 0.02
  private static let high = 0.10
  /// Fewer packets say little about loss.
  private static let enoughPackets = 20
  private static let startPhase = MediaTime.seconds(2)
  private static let decreaseInterval = MediaTime.milliseconds(300)

  private var minimum: Int
  private var maximum: Int
  private var estimate: Double
  /// The receiver's last estimate.
  private var limit: Double?
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
    if !hasLost, let started, now < started + Self.startPhase { estimate = max(estimate, limit) }
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
      estimate *= 1 + 0.08 * elapsed
      estimate += 1000 * elapsed
      changed = now
    } else if share > Self.high {
      let interval = Self.decreaseInterval + (roundTrip ?? .zero)
      if let decreased, now < decreased + interval { return }
      estimate *= 1 - 0.5 * min(share, 1)
      decreased = now
      changed = now
    } else {
      changed = now
    }
    clamp()
  }

  private mutating func clamp() {
    if let limit { estimate = min(estimate, limit) }
    estimate = min(max(estimate, Double(minimum)), Double(maximum))
  }
}
