internal import RoomProtocol

/// What one client costs, by its own limits and those of its address.
///
/// What is beyond the client's own limits is not held against its neighbours; and beyond what all of them may, each has to
/// wait, but none is cut off.
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
    return verdict == .within ? mild(address.rates.received(messages, bytes: bytes, limits, now: now)) : verdict
  }

  /// What the client sent goes to so many.
  mutating func delivered(to count: Int, now: MonotonicTime) -> ClientRates.Verdict {
    let verdict = own.delivered(to: count, limits, now: now)
    return verdict == .within ? mild(address.rates.delivered(to: count, limits, now: now)) : verdict
  }

  private func mild(_ verdict: ClientRates.Verdict) -> ClientRates.Verdict {
    verdict == .flood ? .wait(.seconds(1)) : verdict
  }
}
