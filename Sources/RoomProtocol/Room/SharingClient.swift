/// A client's stay in a room: the state machine of the reference protocol, extended to one connection for each peer.
/// Pure: events go in, actions come out.
///
/// A member who is already in the room makes the offer to a new one; a publisher also makes the offer to every viewer it
/// finds there. A viewer never makes offers, and accepts them only from publishers. A peer that the server does not name,
/// as the reference server does not, has the empty id. While the room server is disconnected the peer connections continue:
/// they end by themselves, or when their peer joins again. A publisher that returns and is refused, because another is
/// there or the room is full or locked, retries.
package struct SharingClient: Sendable {
  private enum Phase: Sendable { case out, asking, inside, over }

  /// The most members kept: rooms are smaller.
  private static let maxMembers = 10_000

  /// Refusals after which a publisher that was in the room retries.
  private static let temporaryRefusals: [RoomRefusal] = [.publisher, .full, .locked]

  package let room: String
  package let join: RoomJoin
  private var phase = Phase.out
  private var isReachable = false
  private var hadPeer = false
  private var wasInside = false
  /// How often it was refused since it was last in the room.
  private var refusals = 0
  /// Whether it waits to retry after a refusal.
  private var isWaiting = false
  /// Whether the server sets `from` in messages. Servers that send `members` do.
  private var namesSenders = false
  /// The members without a connection.
  private var others: [String: RoomMember] = [:]
  /// The members with a connection that was made since the client last joined.
  package private(set) var peers: [String: RoomMember] = [:]
  /// The peers of connections made before the room server was disconnected.
  private var earlierPeers: Set<String> = []

  package init(room: String, join: RoomJoin = RoomJoin(role: .publisher)) {
    self.room = room
    self.join = join
  }

  package var state: SharingState {
    switch phase {
    case .out, .asking: .`init`
    case .inside: peers.isEmpty ? hadPeer ? .joinedUnbind : .joined : .joinedConn
    case .over: .leaved
    }
  }

  package mutating func handle(_ event: SharingEvent) -> [SharingAction] {
    switch event {
    case .join: requestJoin()
    case .leave: leave()
    case .connected: connected()
    case .disconnected(let willReconnect): disconnected(willReconnect: willReconnect)
    case .received(let event): received(event)
    case .connectionEnded(let peer): ended(peer)
    case .retry: retry()
    }
  }

  private mutating func requestJoin() -> [SharingAction] {
    guard phase == .out || phase == .over else { return [] }
    phase = .asking
    hadPeer = false
    return isReachable ? [.send(.join(room: room, join))] : []
  }

  private mutating func leave() -> [SharingAction] {
    let mustNotify = isReachable && (phase == .asking || phase == .inside)
    return finish() + (mustNotify ? [.send(.leave(room: room))] : [])
  }

  private mutating func connected() -> [SharingAction] {
    guard !isReachable else { return [] }
    isReachable = true
    isWaiting = false
    return phase == .asking ? [.send(.join(room: room, join))] : []
  }

  private mutating func disconnected(willReconnect: Bool) -> [SharingAction] {
    isReachable = false
    isWaiting = false
    guard willReconnect else { return phase == .out ? [] : finish() }
    guard phase == .inside else { return [] }
    phase = .asking
    hadPeer = false
    earlierPeers.formUnion(peers.keys)
    peers = [:]
    others = [:]
    return []
  }

  /// Asks for a retry after 1, 2, 4, 8, 16 and then 30 s.
  private mutating func retryLater() -> [SharingAction] {
    isWaiting = true
    let delay = Duration.seconds(1 << min(refusals, 5))
    refusals += 1
    return [.retry(after: min(delay, .seconds(30)))]
  }

  private mutating func retry() -> [SharingAction] {
    guard isWaiting, isReachable, phase == .asking else { return [] }
    isWaiting = false
    return [.send(.join(room: room, join))]
  }

  private mutating func ended(_ peer: String) -> [SharingAction] {
    earlierPeers.remove(peer)
    if let member = peers.removeValue(forKey: peer) { others[peer] = member }
    return []
  }

  /// Leaves the room and closes every connection.
  private mutating func finish() -> [SharingAction] {
    phase = .over
    wasInside = false
    isWaiting = false
    let closed = earlierPeers.union(peers.keys).sorted().map { SharingAction.disconnect(peer: $0) }
    peers = [:]
    earlierPeers = []
    others = [:]
    return closed
  }
}

// MARK: Events of the room server

extension SharingClient {
  private mutating func received(_ event: RoomEvent) -> [SharingAction] {
    guard event.room == room else { return [] }
    switch (event, phase) {
    case (.joined(_, let id, let info), .asking):
      phase = .inside
      wasInside = true
      refusals = 0
      namesSenders = false
      return [.entered(id: id, info: info)]
    case (.full(_, _, let reason), .asking)
    where wasInside && join.role == .publisher && Self.temporaryRefusals.contains(reason ?? .full):
      return retryLater()
    case (.full(_, _, let reason), .asking), (.full(_, _, let reason), .inside):
      return finish() + [.refused(reason ?? .full)]
    case (.leaved, .asking), (.leaved, .inside): return finish()
    case (.members(_, let members), .inside):
      namesSenders = true
      return members.flatMap { memberFound($0, makesOffer: join.role == .publisher && $0.role == .viewer) }
    case (.otherjoin(_, let member), .inside): return memberFound(member, makesOffer: join.role != .viewer)
    case (.bye(_, let id), .inside): return memberGone(id)
    case (.message(_, let data), .inside): return receivedMessage(data)
    default: return []
    }
  }

  /// A member is in the room: connects to it, or keeps it until its offer comes.
  private mutating func memberFound(_ member: RoomMember, makesOffer: Bool) -> [SharingAction] {
    guard isPeer(member), peers.count + others.count < Self.maxMembers else { return [] }
    // A member that joins again has no earlier connection. And if messages name no sender there is one peer at a time:
    // the server did not report that the former one is gone.
    let former = namesSenders ? [member.id] : earlierPeers.union(peers.keys).sorted()
    var closing: [SharingAction] = []
    for id in former {
      let wasPeer = peers.removeValue(forKey: id) != nil
      if earlierPeers.remove(id) != nil || wasPeer { closing.append(.disconnect(peer: id)) }
    }
    if !namesSenders { others = [:] }
    others[member.id] = member
    return closing + (makesOffer ? connect(member, makesOffer: true) : [])
  }

  /// Whether this client connects to such a member: viewers and publishers connect to each other only.
  private func isPeer(_ member: RoomMember) -> Bool {
    switch join.role {
    case .publisher: member.role != .publisher
    case .viewer: member.role == .publisher
    case .member: true
    }
  }

  private mutating func connect(_ member: RoomMember, makesOffer: Bool) -> [SharingAction] {
    others[member.id] = nil
    peers[member.id] = member
    hadPeer = true
    return [.connect(member, makesOffer: makesOffer)]
  }

  /// A member is gone. An id that no other member has means the peer with the empty id.
  private mutating func memberGone(_ id: String) -> [SharingAction] {
    if others.removeValue(forKey: id) != nil { return [] }
    guard let peer = peers.removeValue(forKey: id) ?? peers.removeValue(forKey: "") else { return [] }
    return [.disconnect(peer: peer.id)]
  }

  /// Handles a member's message. `from` counts only if the server has set it: a server that names senders does so in an
  /// object. In a string, or from another server, it is the sender's own text.
  private mutating func receivedMessage(_ data: JSONValue) -> [SharingAction] {
    var signal = RoomSignal(data)
    guard namesSenders else {
      signal.from = nil
      return receivedSignal(signal)
    }
    return data.object == nil || signal.from == nil ? [] : receivedSignal(signal)
  }

  /// Handles a peer's signal. Without `from` it is from the only peer, or from one that the server has not announced.
  private mutating func receivedSignal(_ signal: RoomSignal) -> [SharingAction] {
    let id = signal.from ?? (peers.count == 1 ? peers.keys.first : nil) ?? ""
    if peers[id] != nil { return [.signal(signal, peer: id)] }
    let unnamed = signal.from == nil && peers.isEmpty ? RoomMember(id: "", role: .member, name: nil) : nil
    guard let member = others[id] ?? unnamed else { return [] }
    switch signal.content {
    case .offer: return connect(member, makesOffer: false) + [.signal(signal, peer: id)]
    case .restart where join.role != .viewer: return connect(member, makesOffer: true)
    case .restart, .answer, .candidate, .notice, .other: return []
    }
  }
}

/// Input of a sharing client.
package enum SharingEvent: Sendable, Equatable {
  /// Join the room.
  case join
  /// Leave the room.
  case leave
  /// The room server is connected, or connected again.
  case connected
  /// The connection to the room server was lost.
  case disconnected(willReconnect: Bool)
  /// The room server sent an event.
  case received(RoomEvent)
  /// The connection with a peer failed or was closed by it.
  case connectionEnded(peer: String)
  /// The time of `SharingAction.retry` has passed.
  case retry
}

/// What a sharing client must do, in order.
package enum SharingAction: Sendable, Equatable {
  case send(RoomRequest)
  /// Make a peer connection for this member, and an offer or, without `makesOffer`, wait for the member's offer.
  case connect(RoomMember, makesOffer: Bool)
  /// Pass this signal to the peer connection of that member.
  case signal(RoomSignal, peer: String)
  /// Close the peer connection of that member.
  case disconnect(peer: String)
  /// The client has joined the room with this id.
  case entered(id: String, info: JSONObject?)
  /// The room server refuses the client for now: send `SharingEvent.retry` after this time.
  case retry(after: Duration)
  /// The room server refuses the client: it does not retry.
  case refused(RoomRefusal)
}

/// The state of a sharing client, with the reference protocol's names.
public enum SharingState: String, Sendable, CaseIterable {
  /// Not in the room yet, or not again since the connection to the room server was lost.
  case `init`
  /// In the room, without a peer so far.
  case joined
  /// In the room, with a peer.
  case joinedConn = "joined_conn"
  /// In the room; its peers are gone.
  case joinedUnbind = "joined_unbind"
  /// Out of the room, until it joins again.
  case leaved
}
