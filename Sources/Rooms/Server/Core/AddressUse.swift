internal import RoomProtocol

/// What the clients of one address, or of a network of them, cost at the moment.
final class AddressUse {
  var connections = 0
  var sessions = 0
  /// How many times the limits of an address apply.
  let share: Double
  private var newConnections: RateLimit
  private var requests: RateLimit
  var wrongTokens: WrongTokens
  var credentials: RateLimit
  var rates: ClientRates

  init(_ limits: ServerLimits, share: Double = 1, now: MonotonicTime) {
    self.share = share
    newConnections = RateLimit(limits.connectionRate.scaled(share), now: now)
    requests = RateLimit(limits.requests.scaled(share), now: now)
    wrongTokens = WrongTokens(now: now)
    credentials = RateLimit(limits.credentials, now: now)
    rates = ClientRates(limits, share: 4, now: now)
  }

  /// Whether one more connection is within the rate. One that is not counts for nothing.
  func takesConnection(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    newConnections.takeIfThere(1, limits.connectionRate.scaled(share), now: now)
  }

  func takesRequest(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    requests.takeIfThere(1, limits.requests.scaled(share), now: now)
  }

  /// Whether there is nothing here to remember.
  func isForgettable(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    connections == 0 && sessions == 0 && newConnections.isFull(limits.connectionRate.scaled(share), now: now)
      && requests.isFull(limits.requests.scaled(share), now: now) && wrongTokens.isOver(limits, now: now)
      && credentials.isFull(limits.credentials, now: now) && rates.isUnused(limits, now: now)
  }
}
