internal import NIOCore
public import RoomProtocol

/// A client that is connected to a `SocketIOServer`.
///
/// May be used on any thread; calls from one thread take effect in order. On the server's event loop, where handlers run,
/// they take effect immediately.
///
/// `@unchecked Sendable`: mutable state is used only on the server's event loop.
public final class SocketIOSocket: @unchecked Sendable {
  /// Random; may be shown to others. A client of Socket.IO protocol 4 uses its session id instead, which must stay secret.
  public let id: String
  /// The client's `auth` on connecting (socket.io 3 and later).
  public let auth: JSONValue?
  /// The same for older clients: the query after the namespace's name.
  public let query: String?

  /// The socket's namespace.
  let place: Namespace
  private let server: LoopBound<ServerState>
  /// nil after the client disconnected, which also breaks the reference cycle.
  private var session: ClientSession?
  private var joinedRooms: Set<String> = []

  /// Call it on the server's event loop.
  init(
    id: String, session: ClientSession, _ place: Namespace, auth: JSONValue?, query: String?, _ server: ServerState
  ) {
    self.id = id
    self.session = session
    self.place = place
    self.auth = auth
    self.query = query
    self.server = server.bound
  }

  /// The name of the socket's namespace.
  public var namespace: String { place.name }

  // MARK: Emitting

  /// Emits an event to this client.
  public func emit(_ event: String, _ arguments: JSONValue...) { emit(event, arguments) }

  public func emit(_ event: String, _ arguments: [JSONValue]) {
    server.run { [self] _ in
      session?.send(OutgoingMessage(SocketIOPacket(event: event, arguments, namespace: place.name)))
    }
  }

  /// Emits an event to this client and waits for its acknowledgement.
  /// - Returns: the acknowledgement's arguments.
  /// - Throws: `SocketIOAcknowledgementError`.
  public func emit(
    _ event: String, _ arguments: JSONValue..., acknowledgedWithin limit: Duration
  ) async throws -> [JSONValue] {
    try await withCheckedThrowingContinuation { continuation in
      let isServed = server.run { [self] _ in
        guard let session else { return continuation.resume(throwing: SocketIOAcknowledgementError.disconnected) }
        session.emit(event, arguments, in: place.name, within: limit) { continuation.resume(with: $0) }
      }
      if !isServed { continuation.resume(throwing: SocketIOAcknowledgementError.disconnected) }
    }
  }

  /// Everyone else in `room`.
  public func to(_ room: String) -> SocketIOAudience {
    SocketIOAudience(server: server, namespace: place.name, rooms: [room], excluded: [self], sender: self)
  }

  /// Everyone else.
  public var broadcast: SocketIOAudience {
    SocketIOAudience(server: server, namespace: place.name, excluded: [self], sender: self)
  }

  // MARK: Rooms

  public func join(_ room: String) {
    server.run { [self] _ in
      guard session != nil, joinedRooms.insert(room).inserted else { return }
      place.add(self, to: room)
    }
  }

  public func leave(_ room: String) {
    server.run { [self] _ in
      guard joinedRooms.remove(room) != nil else { return }
      place.remove(self, from: room)
    }
  }

  /// The client's rooms.
  public var rooms: Set<String> {
    get async { await server.submit { [self] _ in joinedRooms } ?? [] }
  }

  /// Disconnects the client from its namespace and notifies it; from the main one, closes its connection.
  public func disconnect() {
    server.run { [self] _ in session?.disconnect(from: place.name) }
  }

  // MARK: On the event loop

  func send(_ message: OutgoingMessage) { session?.send(message) }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue]) {
    server.run { [self] _ in session?.acknowledge(id, arguments, in: place.name) }
  }

  /// Everyone in `room`; charged to this client's rate limit.
  func everyone(in room: String) -> SocketIOAudience {
    SocketIOAudience(server: server, namespace: place.name, rooms: [room], sender: self)
  }

  /// The given sockets; charged to this client's rate limit.
  func some(_ sockets: [SocketIOSocket]) -> SocketIOAudience {
    SocketIOAudience(server: server, namespace: place.name, chosen: sockets, sender: self)
  }

  var isInRoom: Bool { !joinedRooms.isEmpty }

  func charge(deliveries: Int) { session?.charge(deliveries: deliveries) }

  var client: ClientAddress { session?.client ?? .unknown }

  func leaveAll() {
    for room in joinedRooms { place.remove(self, from: room) }
    joinedRooms = []
    session = nil
  }
}

extension SocketIOSocket: Hashable {
  public static func == (left: SocketIOSocket, right: SocketIOSocket) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Why a client was disconnected.
public enum SocketIODisconnectReason: Sendable {
  /// The client closed the session.
  case left
  /// The server disconnected it.
  case disconnected
  /// Its connection ended without a close.
  case lost
  /// It did not answer a ping in time.
  case silent
  /// It did not read what was sent to it.
  case tooSlow
  /// It violated the protocol.
  case invalid

  init(_ reason: EngineIOCloseReason) {
    self =
      switch reason {
      case .closedByPeer: .left
      case .closedHere: .disconnected
      case .lost: .lost
      case .pingTimeout: .silent
      case .tooSlow: .tooSlow
      case .invalid, .unexpected: .invalid
      }
  }
}

/// Why an event was not acknowledged.
public enum SocketIOAcknowledgementError: Error, Sendable {
  /// Not within the given time.
  case timedOut
  /// The peer is not connected, disconnected before, or has too many acknowledgements pending.
  case disconnected
}
