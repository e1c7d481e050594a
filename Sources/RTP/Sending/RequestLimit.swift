internal import Media

/// Bounds the work that one remote end's requests can cause.
struct RequestLimit {
  /// Packets that may be requested per second: more than any real receiver needs, and still little work.
  private static let perSecond = 10_000

  private var second = MediaTime.zero
  private var count = 0

  /// - Returns: whether one more request is processed.
  mutating func admit(now: MediaTime) -> Bool {
    if now >= second + .seconds(1) || now < second {
      second = now
      count = 0
    }
    count += 1
    return count <= Self.perSecond
  }
}
