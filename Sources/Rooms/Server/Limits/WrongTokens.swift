internal import RoomProtocol

/// The number of recent wrong tokens from an address, which decays over time.
struct WrongTokens {
  private var count = 0.0
  private var last: MonotonicTime

  init(now: MonotonicTime) { last = now }

  /// Counts one more.
  /// - Returns: the count before it.
  mutating func add(_ limits: ServerLimits, now: MonotonicTime) -> Double {
    decay(limits, now: now)
    count += 1
    return count - 1
  }

  mutating func isZero(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    decay(limits, now: now)
    return count == 0
  }

  private mutating func decay(_ limits: ServerLimits, now: MonotonicTime) {
    let passed = Double((now - last).nanoseconds) / 1e9
    count = max(0, count - passed * limits.wrongTokens.perSecond)
    last = now
  }
}
