internal import NIOCore
internal import NIOPosix
public import RoomProtocol

/// A client of the room server: joins one room, and rejoins it after a lost connection.
///
/// ```swift
/// let room = RoomClient(SocketIOClientConfiguration(url: "https://example.org"), room: "demo", RoomJoin(role: .publisher))
/// try await room.connect()
/// for await event in room.events {
///   switch event {
///   case .connect(let member, makesOffer: true): …
///   case .signal(let signal, let peer): …
///   default: break
///   }
/// }
/// ```
public final class RoomClient: Sendable {
  /// How long the server may take to answer.
  private static let answerTimeout = Duration.seconds(10)

  public let room: String
  /// For one consumer. While the queue is full, the connection is not read.
  public let events: BoundedEvents<RoomClientEvent>
  private let configuration: SocketIOClientConfiguration
  private let membership: ClientLoop<RoomMembership>

  /// - Parameters:
  ///   - configuration: where the server is, and how to reach it.
  ///   - room: its name: 1–64 of `[A-Za-z0-9_-]`.
  ///   - join: without a `session`, a random one is used, so that this client gets its own place back when it reconnects.
  public init(_ configuration: SocketIOClientConfiguration, room: String, _ join: RoomJoin) {
    self.configuration = configuration
    self.room = room
    var join = join
    join.session = join.session ?? RoomMembership.randomSession()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let joined = join
    // Waits only until the loop runs it.
    (membership, events) = try! loop.submit {
      let membership = RoomMembership(configuration, SharingClient(room: room, join: joined), loop)
      return (ClientLoop(membership, loop), membership.events)
    }.wait()
  }

  deinit { membership.run { _ = $0.client.close() } }

  /// Connects and enters the room.
  /// - Throws: `RoomClientError`; the client cannot be used again.
  public func connect() async throws {
    do {
      let dialer = try await membership.dialer(configuration)
      try await membership.flatSubmit { $0.connect(dialer) }
    } catch let error as SocketIOClientError {
      throw RoomClientError.connection(error)
    }
  }

  /// Connects to the server and closes the connection, to find out early whether it can be reached.
  /// - Throws: `RoomClientError`.
  package func checkReachability() async throws {
    guard !configuration.isOwnServer else { return }
    try await wrapped { try await configuration.checkReachability() }
  }

  /// Call it before `connect` while this machine has no network address: a remote server is then retried, like one that
  /// was lost, until ten seconds after `networkChanged` reported an address.
  package func waitForNetwork() { membership.run { $0.client.waitForNetwork() } }

  /// Leaves the room and ends the connection; returns when everything is closed.
  public func leave() async { try? await membership.flatSubmit { $0.leave() } }

  /// This client's state, named as in the reference protocol.
  public var state: SharingState {
    get async { (try? await membership.submit { $0.sharing.state }) ?? .leaved }
  }

  /// Sends a signal to the member that its `to` names, or to all others.
  /// - Throws: `RoomClientError`.
  public func send(_ signal: RoomSignal) async throws {
    try await wrapped {
      try await membership.submit { [room] in try $0.emit(.message(room: room, data: signal.value)) }
    }
  }

  /// Sends a chat message to everyone in the room.
  /// - Throws: `RoomClientError`, also when the server refuses the message.
  public func chat(_ text: String) async throws { try await request(.chat(room: room, text: text)) }

  /// Deletes the room's chat history, which members who join later would get; only a publisher may.
  public func clearChat() async throws { try await request(.clear(room: room)) }

  /// Changes this member's name.
  public func rename(_ name: String) async throws { try await request(.name(room: room, name)) }

  /// Removes a member from the room; only a publisher may.
  public func remove(_ id: String) async throws { try await request(.remove(room: room, id: id)) }

  /// Locks the room against new members, or unlocks it; only a publisher may.
  public func lock(_ isLocked: Bool) async throws { try await request(.lock(room: room, isLocked)) }

  /// Fresh `iceServers`: those in `entered` are valid for an hour at most.
  public func iceServers() async throws -> [JSONValue] { try await freshServers()["iceServers"]?.array ?? [] }

  /// The whole answer: `iceServers`, and `ttl`, the seconds for which they are valid.
  package func freshServers() async throws -> JSONValue { try await request("iceServers", [.string(room)]) }

  /// A peer connection failed or was closed by the peer.
  public func connectionEnded(peer: String) {
    membership.run { $0.handle(.connectionEnded(peer: peer)) }
  }

  /// The machine's addresses changed. A connection from a removed address is dead, which TCP can take minutes to detect: it is
  /// replaced immediately. A pending reconnection is also tried immediately.
  /// - Parameter addresses: all addresses except loopback and link-local ones.
  package func networkChanged(to addresses: Set<String>) { membership.run { $0.client.networkChanged(to: addresses) } }

  private func request(_ request: RoomRequest) async throws {
    _ = try await self.request(request.event, request.arguments)
  }

  private func request(_ event: String, _ arguments: [JSONValue]) async throws -> JSONValue {
    let answer = try await wrapped {
      try await membership.request { membership, completion in
        try membership.client.connected().emit(event, arguments, within: Self.answerTimeout, completion)
      } as [JSONValue]
    }
    if let answer = answer.first, answer["ok"] == true { return answer }
    guard let reason = answer.first?["reason"]?.string.flatMap(RoomRefusal.init) else {
      throw RoomClientError.noAnswer(room: room)
    }
    throw RoomClientError.refused(reason, room: room)
  }

  private func wrapped<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as SocketIOClientError {
      throw RoomClientError.connection(error)
    } catch is SocketIOAcknowledgementError {
      throw RoomClientError.noAnswer(room: room)
    }
  }
}

/// Events of a `RoomClient`.
public enum RoomClientEvent: Sendable, Equatable {
  /// Joined the room under this id, or rejoined it after the server was lost. `info` may contain `iceServers`.
  case entered(id: String, info: JSONObject?)
  /// Create a peer connection with this member, and make the offer or wait for the member's.
  case connect(RoomMember, makesOffer: Bool)
  /// Pass this to the peer connection with that member.
  case signal(RoomSignal, peer: String)
  /// Close the peer connection with that member.
  case disconnect(peer: String)
  /// Every event of the room as the server sent it; the resulting peer connection events follow.
  case received(RoomEvent)
  /// The connection to the server is lost; the client reconnects. Peer connections go on.
  case lost
  /// The client has left the room for good. The last event.
  case ended(RoomClientError)
}
