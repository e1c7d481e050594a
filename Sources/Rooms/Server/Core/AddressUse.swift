internal import RoomProtocol

/// What the clients of one address cost at the moment.
final class AddressUse {
  var connections = 0
  var sessions = 0
  var newConnections: RateLimit
  var wrongTokens: RateLimit
  var credentials: RateLimit
  var rates: ClientRates

  init(_ limits: ServerLimits, now: MonotonicTime) {
    newConnections = RateLimit(limits.connectionRate, now: now)
    wrongTokens = RateLimit(limits.wrongTokens, now: now)
    credentials = RateLimit(limits.credentials, now: now)
    rates = ClientRates(limits, share: 4, now: now)
  }

  /// Whether there is nothing here to remember.
  func isForgettable(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    connections == 0 && sessions == 0 && newConnections.isFull(limits.connectionRate, now: now)
      && wrongTokens.isFull(limits.wrongTokens, now: now) && credentials.isFull(limits.credentials, now: now)
      && rates.isUnused(limits, now: now)
  }
}
