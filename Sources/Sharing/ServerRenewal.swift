internal import Media

/// When to request the room's ICE servers again: the credentials of its TURN server expire after about an hour, and a share may
/// last for weeks. Reads no clock; the caller's clock must count the time that the machine sleeps.
struct ServerRenewal {
  /// From an unanswered request to the next.
  private static let retryDelay = MediaTime.seconds(30)
  /// The room's lifetime is clamped to this range. Seconds.
  private static let lifetimes = 4.0...86_400

  /// When to ask next; nil if the credentials do not expire.
  private(set) var due: MediaTime?
  /// When two thirds of the lifetime are over.
  private var staleTime: MediaTime?

  /// The room has sent servers.
  /// - Parameter lifetime: how long their credentials are valid, in seconds; nil if the room does not say.
  mutating func received(lifetime: Double?, now: MediaTime) {
    // Two thirds, so that a viewer who joins just before has time to connect, and a lost answer does no harm.
    staleTime = lifetime.flatMap { lifetime in
      lifetime > 0
        ? now + .seconds(min(max(lifetime, Self.lifetimes.lowerBound), Self.lifetimes.upperBound) * 2 / 3) : nil
    }
    due = staleTime
  }

  /// Whether the servers are so old that a new viewer must wait for fresh ones: the request is not answered yet, or the machine
  /// was asleep.
  func isStale(now: MediaTime) -> Bool { staleTime.map { now >= $0 } ?? false }

  /// Whether to send a request now. It is then due again only after half a minute without an answer.
  mutating func isDue(now: MediaTime) -> Bool {
    guard let due, now >= due else { return false }
    self.due = now + Self.retryDelay
    return true
  }
}
