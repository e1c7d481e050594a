internal import RoomProtocol

/// A rate limit: an average per second, and a burst.
public struct Allowance: Sendable {
  public var perSecond: Double
  public var burst: Double

  public init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }

  func scaled(_ share: Double) -> Allowance { Allowance(perSecond: perSecond * share, burst: burst * share) }
}

/// A token bucket that may go into debt; the debt determines how long to wait.
struct RateLimit {
  private var tokens: Double
  private var last: MonotonicTime

  init(_ rate: Allowance, now: MonotonicTime) {
    tokens = rate.burst
    last = now
  }

  /// Takes `amount`.
  /// - Returns: whether it was within the rate.
  mutating func take(_ amount: Double, _ rate: Allowance, now: MonotonicTime) -> Bool {
    refill(rate, now: now)
    tokens -= amount
    return tokens >= 0
  }

  /// Takes `amount` if it is within the rate, otherwise nothing.
  mutating func takeIfAvailable(_ amount: Double, _ rate: Allowance, now: MonotonicTime) -> Bool {
    refill(rate, now: now)
    guard tokens >= amount else { return false }
    tokens -= amount
    return true
  }

  mutating func refund(_ amount: Double) { tokens += amount }

  /// How long until the debt is paid.
  func wait(_ rate: Allowance) -> Duration {
    tokens >= 0 ? .zero : .nanoseconds(Int64(min(-tokens / rate.perSecond, 3600) * 1e9))
  }

  /// Whether the bucket is full, as a new one is.
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
