internal import RoomProtocol

/// The recent traffic of one client, or of all clients at one address.
struct ClientRates {
  enum Verdict: Equatable {
    case within
    /// Read nothing more from it for this long.
    case wait(Duration)
    /// Too far beyond the limits: disconnect it.
    case flood
  }

  private var messages: RateLimit
  private var bytes: RateLimit
  private var deliveries: RateLimit
  private let share: Double

  /// - Parameter share: the factor by which the limits apply.
  init(_ limits: ServerLimits, share: Double = 1, now: MonotonicTime) {
    self.share = share
    messages = RateLimit(limits.messages.scaled(share), now: now)
    bytes = RateLimit(limits.bytes.scaled(share), now: now)
    deliveries = RateLimit(limits.deliveries.scaled(share), now: now)
  }

  mutating func received(
    _ number: Int, bytes count: Int, _ limits: ServerLimits, now: MonotonicTime
  ) -> Verdict {
    let message = messages.take(Double(number), limits.messages.scaled(share), now: now)
    let size = bytes.take(Double(count), limits.bytes.scaled(share), now: now)
    return message && size ? .within : verdict(limits)
  }

  mutating func delivered(to count: Int, _ limits: ServerLimits, now: MonotonicTime) -> Verdict {
    deliveries.take(Double(count), limits.deliveries.scaled(share), now: now) ? .within : verdict(limits)
  }

  mutating func isUnused(_ limits: ServerLimits, now: MonotonicTime) -> Bool {
    messages.isFull(limits.messages.scaled(share), now: now) && bytes.isFull(limits.bytes.scaled(share), now: now)
      && deliveries.isFull(limits.deliveries.scaled(share), now: now)
  }

  private func verdict(_ limits: ServerLimits) -> Verdict {
    let waits = [
      (messages.wait(limits.messages.scaled(share)), limits.messages),
      (bytes.wait(limits.bytes.scaled(share)), limits.bytes),
      (deliveries.wait(limits.deliveries.scaled(share)), limits.deliveries),
    ]
    // A debt of more than one burst: the client kept sending although it was not read.
    if waits.contains(where: { $0 > .seconds($1.burst / $1.perSecond) }) { return .flood }
    return .wait(waits.map(\.0).max() ?? .zero)
  }
}

/// The traffic of one client, measured by its own limits and by those of its address.
///
/// Traffic beyond the client's own limits does not count for its address. Beyond the limits of the address, each client is
/// slowed down, but none is disconnected.
struct ClientAccount {
  let address: AddressUse
  private let limits: ServerLimits
  private var own: ClientRates

  init(_ address: AddressUse, _ limits: ServerLimits, now: MonotonicTime) {
    self.address = address
    self.limits = limits
    own = ClientRates(limits, now: now)
  }

  mutating func received(_ messages: Int, bytes: Int, now: MonotonicTime) -> ClientRates.Verdict {
    let verdict = own.received(messages, bytes: bytes, limits, now: now)
    return verdict == .within ? slowed(address.rates.received(messages, bytes: bytes, limits, now: now)) : verdict
  }

  /// Counts the receivers of the client's message.
  mutating func delivered(to count: Int, now: MonotonicTime) -> ClientRates.Verdict {
    let verdict = own.delivered(to: count, limits, now: now)
    return verdict == .within ? slowed(address.rates.delivered(to: count, limits, now: now)) : verdict
  }

  /// Replaces a disconnection by a wait.
  private func slowed(_ verdict: ClientRates.Verdict) -> ClientRates.Verdict {
    verdict == .flood ? .wait(.seconds(1)) : verdict
  }
}
