internal import RoomProtocol

/// How much of something is allowed: so much a second in the long run, so much at once.
public struct Allowance: Sendable {
  public var perSecond: Double
  public var burst: Double

  public init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }

  func scaled(_ share: Double) -> Allowance { Allowance(perSecond: perSecond * share, burst: burst * share) }
}

/// A token bucket. What is asked of it is granted, into debt if need be; the debt says how long to wait.
struct RateLimit {
  private var tokens: Double
  private var last: MonotonicTime

  init(_ rate: Allowance, now: MonotonicTime) {
    tokens = rate.burst
    last = now
  }

  /// Takes `amount`.
  /// - Returns: whether that was within the rate.
  mutating func take(_ amount: Double, _ rate: Allowance, now: MonotonicTime) -> Bool {
    refill(rate, now: now)
    tokens -= amount
    return tokens >= 0
  }

  /// Takes `amount` if that is within the rate, and else nothing.
  mutating func takeIfThere(_ amount: Double, _ rate: Allowance, now: MonotonicTime) -> Bool {
    refill(rate, now: now)
    guard tokens >= amount else { return false }
    tokens -= amount
    return true
  }

  mutating func giveBack(_ amount: Double) { tokens += amount }

  /// How long until the debt is paid.
  func wait(_ rate: Allowance) -> Duration {
    tokens >= 0 ? .zero : .nanoseconds(Int64(min(-tokens / rate.perSecond, 3600) * 1e9))
  }

  /// Whether nothing has been taken lately: forgetting this bucket and making a new one is the same.
  mutating func isFull(_ rate: Allowance, now: MonotonicTime) -> Bool {
    refill(rate, now: now)
    return tokens >= rate.burst
  }

  private mutating func refill(_ rate: Allowance, now: MonotonicTime) {
    let passed = Double(now.nanoseconds &- min(last.nanoseconds, now.nanoseconds)) / 1e9
    tokens = min(rate.burst, tokens + passed * rate.perSecond)
    last = now
  }
}
