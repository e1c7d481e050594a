internal import Media

/// When to ask the room for its ICE servers again: the credentials of its TURN server run out after an hour or so, and a share may
/// go on for weeks. Reads no clock; that of the caller is to go on while the machine sleeps.
struct ServerRenewal {
  /// From a question that is not answered to the next.
  private static let pause = MediaTime.seconds(30)
  /// Whatever the room says, it is not asked more often, nor more seldom. Seconds.
  private static let lifetimes = 4.0...86_400

  /// When to ask next; nil while what the room has given holds for good.
  private(set) var due: MediaTime?
  /// When two thirds of the lifetime are over.
  private var age: MediaTime?

  /// The room has given servers.
  /// - Parameter lifetime: how long their credentials hold, in seconds; nil where the room says nothing of that.
  mutating func received(lifetime: Double?, now: MediaTime) {
    // At two thirds of it, so that a viewer who comes just before has time to connect, and a lost answer costs nothing.
    age = lifetime.flatMap { lifetime in
      lifetime > 0
        ? now + .seconds(min(max(lifetime, Self.lifetimes.lowerBound), Self.lifetimes.upperBound) * 2 / 3) : nil
    }
    due = age
  }

  /// Whether what the room has given is so old that a viewer is to wait for what it gives now: the question is not answered yet,
  /// or the machine was asleep.
  func isOld(now: MediaTime) -> Bool { age.map { now >= $0 } ?? false }

  /// Whether the room is to be asked now. It then counts as asked, until it answers or for half a minute.
  mutating func isDue(now: MediaTime) -> Bool {
    guard let due, now >= due else { return false }
    self.due = now + Self.pause
    return true
  }
}
