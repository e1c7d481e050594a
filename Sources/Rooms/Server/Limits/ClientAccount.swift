internal import RoomProtocol

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
