internal import NIOCore
internal import NIOPosix
public import RoomProtocol

/// A client of the room server: in one room, and in it again whenever the connection was lost.
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
  private static let patience = Duration.seconds(10)

  public let room: String
  /// For one consumer: while it is slow the server is not listened to.
  public let events: BoundedEvents<RoomClientEvent>
  private let configuration: SocketIOClientConfiguration
  private let core: ClientLoop<RoomClientCore>

  /// - Parameters:
  ///   - configuration: where the server is, and how to reach it.
  ///   - room: its name: 1–64 of `[A-Za-z0-9_-]`.
  ///   - join: without a `session` in it one is made up, so that this client takes its own place when it comes back.
  public init(_ configuration: SocketIOClientConfiguration, room: String, _ join: RoomJoin) {
    self.configuration = configuration
    self.room = room
    var join = join
    join.session = join.session ?? RoomClientCore.randomSession()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let joined = join
    // Waits for nothing but its turn on the loop.
    (core, events) = try! loop.submit {
      let core = RoomClientCore(configuration, SharingClient(room: room, join: joined), loop)
      return (ClientLoop(core, loop), core.events)
    }.wait()
  }

  deinit { core.run { _ = $0.client.close() } }

  /// Connects and enters the room.
  /// - Throws: `RoomClientError`; the client is of no use then.
  public func connect() async throws {
    do {
      let dialer = try await core.dialer(configuration)
      try await core.flatAsk { $0.connect(dialer) }
    } catch let error as SocketIOClientError {
      throw RoomClientError.connection(error)
    }
  }

  /// Connects to the server and goes away again, to find out early whether there is one.
  /// - Throws: `RoomClientError`.
  package func reach() async throws {
    guard !configuration.isOwnServer else { return }
    try await wrapped { try await configuration.reach() }
  }

  /// To be called before `connect` where this machine has no network address yet: a server that is not on it is then
  /// tried, like one that was lost, until ten seconds after `networkChanged` has told of an address.
  package func waitForNetwork() { core.run { $0.client.waitForNetwork() } }

  /// Leaves the room and ends the connection; done when all of it is closed.
  public func leave() async { try? await core.flatAsk { $0.leave() } }

  /// Where this client is, in the words of the reference protocol.
  public var state: SharingState {
    get async { (try? await core.ask { $0.sharing.state }) ?? .leaved }
  }

  /// Sends a signal to the member that its `to` names, or to all others.
  /// - Throws: `RoomClientError`.
  public func send(_ signal: RoomSignal) async throws {
    try await wrapped { try await core.ask { [room] in try $0.emit(.message(room: room, data: signal.value)) } }
  }

  /// Says something to everyone in the room.
  /// - Throws: `RoomClientError`, also when the server does not take it.
  public func chat(_ text: String) async throws { try await ask(.chat(room: room, text: text)) }

  /// Has the room forget its chat, which who comes later would be told; only a publisher may.
  public func clearChat() async throws { try await ask(.clear(room: room)) }

  /// Is called something else from now on.
  public func rename(_ name: String) async throws { try await ask(.name(room: room, name)) }

  /// Takes a member out of the room; only a publisher may.
  public func remove(_ id: String) async throws { try await ask(.remove(room: room, id: id)) }

  /// Lets nobody else in, or again; only a publisher may.
  public func lock(_ isLocked: Bool) async throws { try await ask(.lock(room: room, isLocked)) }

  /// Fresh `iceServers`, as the room's members may ask for them: what `entered` told is good for an hour at most.
  public func iceServers() async throws -> [JSONValue] { try await freshServers()["iceServers"]?.array ?? [] }

  /// The whole answer: `iceServers`, and `ttl`, the seconds for which they hold.
  package func freshServers() async throws -> JSONValue { try await ask("iceServers", [.string(room)]) }

  /// A peer connection failed or was closed by the peer.
  public func connectionEnded(peer: String) {
    core.run { $0.handle(.connectionEnded(peer: peer)) }
  }

  /// The machine has other addresses than before. A connection from one that is gone is dead, which TCP can take minutes to find:
  /// it is made anew at once, and so is one that is being waited for.
  /// - Parameter addresses: all that there are, but loopback and link-local ones.
  package func networkChanged(to addresses: Set<String>) { core.run { $0.client.networkChanged(to: addresses) } }

  private func ask(_ request: RoomRequest) async throws { _ = try await ask(request.event, request.arguments) }

  private func ask(_ event: String, _ arguments: [JSONValue]) async throws -> JSONValue {
    let answer = try await wrapped {
      try await core.request { core, completion in
        try core.client.connected().emit(event, arguments, within: Self.patience, completion)
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
