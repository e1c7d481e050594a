internal import RoomProtocol

/// Limits per address and per enclosing network.
extension ServerState {
  func use(of address: ClientAddress, share: Double = 1) -> AddressUse {
    if let use = addresses[address] { return use }
    let use = AddressUse(configuration.limits, share: share, now: now)
    addresses[address] = use
    return use
  }

  /// The use of an address and of its enclosing networks.
  func uses(of address: ClientAddress) -> [AddressUse] {
    [use(of: address)] + address.enclosingNetworks.map { use(of: $0.network, share: $0.share) }
  }

  func admits(connectionOf peer: ClientAddress) -> Bool {
    let limits = configuration.limits
    let uses = uses(of: peer)
    if uses.contains(where: { Double($0.connections) >= Double(limits.connectionsPerAddress) * $0.share }) {
      refused(.connectionsPerAddress, peer)
      return false
    }
    if !uses.allSatisfy({ $0.takesConnection(limits, now: now) }) {
      refused(.connectionRate, peer)
      return false
    }
    return true
  }

  func admits(sessionOf client: ClientAddress) -> Bool {
    let most = Double(configuration.limits.connectionsPerAddress)
    if uses(of: client).contains(where: { Double($0.sessions) >= most * $0.share }) {
      refused(.connectionsPerAddress, client)
      return false
    }
    return true
  }

  func admits(requestOf client: ClientAddress) -> Bool {
    let limits = configuration.limits
    guard uses(of: client).allSatisfy({ $0.takesRequest(limits, now: now) }) else {
      refused(.requestRate, client)
      return false
    }
    return true
  }

  /// Whether clients at an address may get one more TURN credential.
  func takesCredentials(_ client: ClientAddress) -> Bool {
    use(of: client).credentials.takeIfAvailable(1, configuration.limits.credentials, now: now)
  }

  // MARK: Wrong tokens

  /// Counts a wrong token.
  /// - Returns: the delay of the answer, and whether to close the connection after it.
  func wrongToken(of client: ClientAddress) -> (delay: Duration, isLast: Bool) {
    let limits = configuration.limits
    var count = 0.0
    for use in uses(of: client) { count = max(count, use.wrongTokens.add(limits, now: now) / use.share) }
    var delay = limits.wrongTokenDelay
    // A partly decayed one counts fully.
    count = count.rounded(.up)
    for _ in 0..<min(Int(count), 64) where delay < limits.longestWrongTokenDelay { delay *= 2 }
    return (min(delay, limits.longestWrongTokenDelay), count >= limits.wrongTokens.burst)
  }

  /// Counts a refusal by the room service, and logs it where it may be an attack.
  func refusedRequest(_ reason: RoomRefusal, _ request: RoomRequest, of client: ClientAddress) {
    if let members = RoomAudit.members(of: request, reason) { audit(refused: reason.rawValue, client, members) }
    switch reason {
    case .token: refused(.token, client, isAudited: false)
    case .rooms: refused(.rooms, client, isAudited: false)
    case .role: refused(.role, client, isAudited: false)
    case .full, .locked, .publisher, .name, .closed, .room, .member, .length, .rate, .request:
      metrics.refused[.request, default: 0] += 1
    }
  }

  // MARK: Capacity

  /// Closes unused sessions and connections when nine tenths of the capacity are in use, so that presenters and viewers can
  /// still connect.
  func freeCapacity() {
    let now = now
    guard nextSweep <= now else { return }
    nextSweep = now + .seconds(1)
    let arrival = configuration.limits.arrivalTimeout
    for session in sessions.values where session.openedAt + arrival <= now {
      if session.sockets.values.contains(where: { hasPriority?($0) ?? $0.isInRoom }) { continue }
      refused(.connections, session.client)
      session.close()
    }
    for connection in connections.values where connection.openedAt + arrival <= now && connection.isIdle {
      refused(.connections, connection.client)
      connection.close()
    }
  }
}
