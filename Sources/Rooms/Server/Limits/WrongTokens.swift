internal import RoomProtocol

/// How many wrong tokens came from an address lately. Each of them is forgotten after a while, one after the other.
struct WrongTokens {
  private var count = 0.0
  private var last: MonotonicTime

  init(now: MonotonicTime) { last = now }

  /// Counts one more.
  /// - Returns: how many there were before it.
  mutating func add(_ limits: ServerLimits, now: MonotonicTime) -> Double {
    forget(limits, now: now)
    count += 1
    return count - 1
  }

  mutating func isOver(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    forget(limits, now: now)
    return count == 0
  }

  private mutating func forget(_ limits: ServerLimits, now: MonotonicTime) {
    let passed = Double((now - last).nanoseconds) / 1e9
    count = max(0, count - passed * limits.wrongTokens.perSecond)
    last = now
  }
}
