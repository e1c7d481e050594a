/// A sharing client's way through a room: the state machine of the reference protocol, with a connection for each peer
/// where there are many. Pure: events go in, actions come out.
///
/// The one who is already in a room makes the offer to the one who comes; besides, a publisher makes the offer to every
/// viewer it finds there. A viewer never makes one, and takes it from publishers alone. A peer that the server does not name, as the reference server does not, goes by the empty id.
/// While the room server is lost the connections go on: they end by themselves, or when their peer is met again. A publisher who
/// comes back and is not let in, since another is there or the room is full or locked, asks again and again.
public struct SharingClient: Sendable {
  private enum Phase: Sendable { case out, asking, inside, over }

  /// Peers that are remembered at most: rooms are smaller.
  private static let limit = 10_000

  /// Why a publisher who was inside is not let in again for now.
  private static let passing: [RoomRefusal] = [.publisher, .full, .locked]

  public let room: String
  public let join: RoomJoin
  private var phase = Phase.out
  private var isReachable = false
  private var hadPeer = false
  private var wasInside = false
  /// How often it was not let in again since it was inside, and whether it waits to ask once more.
  private var refusals = 0
  private var isWaiting = false
  /// Whether the server says who a message is from, as those do that tell a newcomer who is there.
  private var namesSenders = false
  /// The members that there is no connection with.
  private var others: [String: RoomMember] = [:]
  /// The members that there is a connection with, made in this stay in the room.
  public private(set) var peers: [String: RoomMember] = [:]
  /// Connections from before the room server was lost.
  private var remaining: Set<String> = []

  public init(room: String, join: RoomJoin = RoomJoin(role: .publisher)) {
    self.room = room
    self.join = join
  }

  public var state: SharingState {
    switch phase {
    case .out, .asking: .`init`
    case .inside: peers.isEmpty ? hadPeer ? .joinedUnbind : .joined : .joinedConn
    case .over: .leaved
    }
  }

  public mutating func handle(_ event: SharingEvent) -> [SharingAction] {
    switch event {
    case .join: ask()
    case .leave: leave()
    case .connected: reach()
    case .disconnected(let willReconnect): lose(willReconnect: willReconnect)
    case .received(let event): received(event)
    case .connectionEnded(let peer): ended(peer)
    case .retry: retry()
    }
  }

  private mutating func ask() -> [SharingAction] {
    guard phase == .out || phase == .over else { return [] }
    phase = .asking
    hadPeer = false
    return isReachable ? [.send(.join(room: room, join))] : []
  }

  private mutating func leave() -> [SharingAction] {
    let isKnown = isReachable && (phase == .asking || phase == .inside)
    return finish() + (isKnown ? [.send(.leave(room: room))] : [])
  }

  private mutating func reach() -> [SharingAction] {
    guard !isReachable else { return [] }
    isReachable = true
    isWaiting = false
    return phase == .asking ? [.send(.join(room: room, join))] : []
  }

  private mutating func lose(willReconnect: Bool) -> [SharingAction] {
    isReachable = false
    isWaiting = false
    guard willReconnect else { return phase == .out ? [] : finish() }
    guard phase == .inside else { return [] }
    phase = .asking
    hadPeer = false
    remaining.formUnion(peers.keys)
    peers = [:]
    others = [:]
    return []
  }

  /// Not let in again, for now.
  private mutating func wait() -> [SharingAction] {
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
    remaining.remove(peer)
    if let member = peers.removeValue(forKey: peer) { others[peer] = member }
    return []
  }

  /// Out for good: every connection is closed.
  private mutating func finish() -> [SharingAction] {
    phase = .over
    wasInside = false
    isWaiting = false
    let closed = remaining.union(peers.keys).sorted().map { SharingAction.disconnect(peer: $0) }
    peers = [:]
    remaining = []
    others = [:]
    return closed
  }
}

// MARK: What the room server says

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
    where wasInside && join.role == .publisher && Self.passing.contains(reason ?? .full):
      return wait()
    case (.full(_, _, let reason), .asking), (.full(_, _, let reason), .inside):
      return finish() + [.refused(reason ?? .full)]
    case (.leaved, .asking), (.leaved, .inside): return finish()
    case (.members(_, let members), .inside):
      namesSenders = true
      return members.flatMap { meet($0, makesOffer: join.role == .publisher && $0.role == .viewer) }
    case (.otherjoin(_, let member), .inside): return meet(member, makesOffer: join.role != .viewer)
    case (.bye(_, let id), .inside): return part(id)
    case (.message(_, let data), .inside): return heard(data)
    default: return []
    }
  }

  /// A member that is there: connects with it, or remembers it until its offer comes.
  private mutating func meet(_ member: RoomMember, makesOffer: Bool) -> [SharingAction] {
    guard isPeer(member), peers.count + others.count < Self.limit else { return [] }
    // Who comes in anew knows nothing of a connection from before.
    // And where nobody can tell whom a message is from there is one peer at a time: a former one was lost without a word.
    let former = namesSenders ? [member.id] : remaining.union(peers.keys).sorted()
    var closing: [SharingAction] = []
    for id in former {
      let wasPeer = peers.removeValue(forKey: id) != nil
      if remaining.remove(id) != nil || wasPeer { closing.append(.disconnect(peer: id)) }
    }
    if !namesSenders { others = [:] }
    others[member.id] = member
    return closing + (makesOffer ? connect(member, makesOffer: true) : [])
  }

  /// Whether there is a connection with such a member: nobody watches a viewer, or publishes to a publisher.
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

  /// A member that is gone. The one without a name is meant by any id that nobody else has.
  private mutating func part(_ id: String) -> [SharingAction] {
    if others.removeValue(forKey: id) != nil { return [] }
    guard let peer = peers.removeValue(forKey: id) ?? peers.removeValue(forKey: "") else { return [] }
    return [.disconnect(peer: peer.id)]
  }

  /// What somebody says. From whom it is, only the server's word counts: a server that names senders does so in an object, and
  /// what stands in a text, or is said at another server, is the sender's own.
  private mutating func heard(_ data: JSONValue) -> [SharingAction] {
    var signal = RoomSignal(data)
    guard namesSenders else {
      signal.from = nil
      return signalled(signal)
    }
    return data.object == nil || signal.from == nil ? [] : signalled(signal)
  }

  /// What a peer says of its connection. Without `from` it is the only peer there is, or one that nobody told of.
  private mutating func signalled(_ signal: RoomSignal) -> [SharingAction] {
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
