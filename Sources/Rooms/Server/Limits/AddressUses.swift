internal import RoomProtocol

/// The resource use of every address with clients. A client counts for its address and for the networks around it.
struct AddressUses {
  private let limits: ServerLimits
  private var uses: [ClientAddress: AddressUse] = [:]
  private var nextCleanup = MonotonicTime(nanoseconds: 0)

  init(_ limits: ServerLimits) { self.limits = limits }

  /// The number of addresses and networks in use.
  var count: Int { uses.count }

  mutating func use(of address: ClientAddress, share: Double = 1, now: MonotonicTime) -> AddressUse {
    if let use = uses[address] { return use }
    let use = AddressUse(limits, share: share, now: now)
    uses[address] = use
    return use
  }

  /// The use of an address and of its enclosing networks.
  mutating func all(of address: ClientAddress, now: MonotonicTime) -> [AddressUse] {
    var all = [use(of: address, now: now)]
    for (network, share) in address.enclosingNetworks { all.append(use(of: network, share: share, now: now)) }
    return all
  }

  /// Drops addresses without clients and recent requests, at most every 10 s.
  mutating func removeUnused(now: MonotonicTime) {
    guard nextCleanup <= now else { return }
    nextCleanup = now + .seconds(10)
    uses = uses.filter { !$0.value.isUnused(limits, now: now) }
  }

  // MARK: Limits

  /// Counts a new connection for the rate, unless it is refused.
  /// - Returns: why it is refused; nil if it is not.
  mutating func refusal(ofConnectionFrom peer: ClientAddress, now: MonotonicTime) -> Refusal? {
    let uses = all(of: peer, now: now)
    if uses.contains(where: { Double($0.connections) >= Double(limits.connectionsPerAddress) * $0.share }) {
      return .connectionsPerAddress
    }
    return uses.allSatisfy { $0.takesConnection(limits, now: now) } ? nil : .connectionRate
  }

  /// - Returns: why a new session is refused; nil if it is not.
  mutating func refusal(ofSessionFrom client: ClientAddress, now: MonotonicTime) -> Refusal? {
    let most = Double(limits.connectionsPerAddress)
    return all(of: client, now: now).contains { Double($0.sessions) >= most * $0.share } ? .connectionsPerAddress : nil
  }

  /// Counts a request, unless it is refused.
  /// - Returns: why it is refused; nil if it is not.
  mutating func refusal(ofRequestFrom client: ClientAddress, now: MonotonicTime) -> Refusal? {
    all(of: client, now: now).allSatisfy { $0.takesRequest(limits, now: now) } ? nil : .requestRate
  }

  /// Whether clients at an address may get one more TURN credential.
  mutating func takesCredentials(_ client: ClientAddress, now: MonotonicTime) -> Bool {
    use(of: client, now: now).credentials.takeIfAvailable(1, limits.credentials, now: now)
  }

  /// Counts a wrong token.
  /// - Returns: the delay of the answer, and whether to close the connection after it.
  mutating func wrongToken(of client: ClientAddress, now: MonotonicTime) -> (delay: Duration, isLast: Bool) {
    var count = 0.0
    for use in all(of: client, now: now) { count = max(count, use.wrongTokens.add(limits, now: now) / use.share) }
    var delay = limits.wrongTokenDelay
    // A partly decayed one counts fully.
    count = count.rounded(.up)
    for _ in 0..<min(Int(count), 64) where delay < limits.longestWrongTokenDelay { delay *= 2 }
    return (min(delay, limits.longestWrongTokenDelay), count >= limits.wrongTokens.burst)
  }
}
