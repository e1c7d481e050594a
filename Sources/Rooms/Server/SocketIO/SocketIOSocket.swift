internal import NIOCore
public import RoomProtocol

/// A client that is connected to a `SocketIOServer`.
///
/// To be used from anywhere; what a thread does with it happens in that order. Handlers run on the server's event loop,
/// where it happens at once.
///
/// `@unchecked Sendable`: what changes is touched on the server's event loop alone.
public final class SocketIOSocket: @unchecked Sendable {
  /// Random, and safe to be told to others. A client of protocol 4 believes to have another one: its session's id, which
  /// nobody else should know.
  public let id: String
  /// What the client said when it connected: the `auth` of socket.io from version 3 on.
  public let auth: JSONValue?
  /// The same of older clients: what stands behind the namespace's name, after a question mark.
  public let query: String?

  /// The namespace that this is in.
  let place: Namespace
  private let core: LoopBound<ServerCore>
  /// Until the client is gone, which also ends the circle.
  private var session: Session?
  private var joinedRooms: Set<String> = []

  /// On the server's event loop.
  init(
    id: String, session: Session, _ place: Namespace, auth: JSONValue?, query: String?, _ core: ServerCore
  ) {
    self.id = id
    self.session = session
    self.place = place
    self.auth = auth
    self.query = query
    self.core = core.bound
  }

  /// The name of the namespace that the client is in by this.
  public var namespace: String { place.name }

  // MARK: Emitting

  /// Emits an event to this client.
  public func emit(_ event: String, _ arguments: JSONValue...) { emit(event, arguments) }

  public func emit(_ event: String, _ arguments: [JSONValue]) {
    core.run { [self] _ in
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
      let isServed = core.run { [self] _ in
        guard let session else { return continuation.resume(throwing: SocketIOAcknowledgementError.disconnected) }
        session.emit(event, arguments, in: place.name, within: limit) { continuation.resume(with: $0) }
      }
      if !isServed { continuation.resume(throwing: SocketIOAcknowledgementError.disconnected) }
    }
  }

  /// Everyone else who is in `room`.
  public func to(_ room: String) -> SocketIOAudience {
    SocketIOAudience(core: core, namespace: place.name, rooms: [room], excluded: [self], sender: self)
  }

  /// Everyone else.
  public var broadcast: SocketIOAudience {
    SocketIOAudience(core: core, namespace: place.name, excluded: [self], sender: self)
  }

  // MARK: Rooms

  public func join(_ room: String) {
    core.run { [self] _ in
      guard session != nil, joinedRooms.insert(room).inserted else { return }
      place.add(self, to: room)
    }
  }

  public func leave(_ room: String) {
    core.run { [self] _ in
      guard joinedRooms.remove(room) != nil else { return }
      place.remove(self, from: room)
    }
  }

  /// The rooms that this client is in.
  public var rooms: Set<String> {
    get async { await core.ask { [self] _ in joinedRooms } ?? [] }
  }

  /// Takes the client out of its namespace and tells it so; with the main one, closes its connection.
  public func disconnect() {
    core.run { [self] _ in session?.disconnect(from: place.name) }
  }

  // MARK: On the event loop

  func send(_ message: OutgoingMessage) { session?.send(message) }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue]) {
    core.run { [self] _ in session?.acknowledge(id, arguments, in: place.name) }
  }

  /// Everyone in `room`, at this client's expense.
  func everyone(in room: String) -> SocketIOAudience {
    SocketIOAudience(core: core, namespace: place.name, rooms: [room], sender: self)
  }

  /// Some, at this client's expense.
  func some(_ sockets: [SocketIOSocket]) -> SocketIOAudience {
    SocketIOAudience(core: core, namespace: place.name, chosen: sockets, sender: self)
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
