internal import RoomProtocol

/// The current resource use of the clients at one address or in one network.
final class AddressUse {
  var connections = 0
  var sessions = 0
  /// The factor by which the limits of an address apply.
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

  /// Whether one more connection is within the rate. A refused one is not counted.
  func takesConnection(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    newConnections.takeIfAvailable(1, limits.connectionRate.scaled(share), now: now)
  }

  func takesRequest(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    requests.takeIfAvailable(1, limits.requests.scaled(share), now: now)
  }

  /// Whether this can be deleted and made again without a difference.
  func isUnused(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    connections == 0 && sessions == 0 && newConnections.isFull(limits.connectionRate.scaled(share), now: now)
      && requests.isFull(limits.requests.scaled(share), now: now) && wrongTokens.isZero(limits, now: now)
      && credentials.isFull(limits.credentials, now: now) && rates.isUnused(limits, now: now)
  }
}

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
    let passed = Double(now.nanoseconds &- min(last.nanoseconds, now.nanoseconds)) / 1e9
    count = max(0, count - passed * limits.wrongTokens.perSecond)
    last = now
  }
}
