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

  private let core: LoopBound<ServerCore>
  /// Until the client is gone, which also ends the circle.
  private var session: Session?
  private var joinedRooms: Set<String> = []

  /// On the server's event loop.
  init(id: String, session: Session, _ core: ServerCore) {
    self.id = id
    self.session = session
    self.core = core.bound
  }

  // MARK: Emitting

  /// Emits an event to this client.
  public func emit(_ event: String, _ arguments: JSONValue...) { emit(event, arguments) }

  public func emit(_ event: String, _ arguments: [JSONValue]) {
    core.run { [self] _ in session?.send(OutgoingMessage(SocketIOPacket(event: event, arguments))) }
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
        session.emit(event, arguments, within: limit) { continuation.resume(with: $0) }
      }
      if !isServed { continuation.resume(throwing: SocketIOAcknowledgementError.disconnected) }
    }
  }

  /// Everyone else who is in `room`.
  public func to(_ room: String) -> SocketIOAudience {
    SocketIOAudience(core: core, rooms: [room], excluded: [self], sender: self)
  }

  /// Everyone else.
  public var broadcast: SocketIOAudience { SocketIOAudience(core: core, excluded: [self], sender: self) }

  // MARK: Rooms

  public func join(_ room: String) {
    core.run { [self] core in
      guard session != nil, joinedRooms.insert(room).inserted else { return }
      core.rooms[room, default: []].insert(self)
    }
  }

  public func leave(_ room: String) {
    core.run { [self] core in
      guard joinedRooms.remove(room) != nil else { return }
      core.remove(self, from: room)
    }
  }

  /// The rooms that this client is in.
  public var rooms: Set<String> {
    get async { await core.ask { [self] _ in joinedRooms } ?? [] }
  }

  /// Takes the client out, tells it so, and closes its connection.
  public func disconnect() {
    core.run { [self] _ in session?.disconnect() }
  }

  // MARK: On the event loop

  func send(_ message: OutgoingMessage) { session?.send(message) }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue]) {
    core.run { [self] _ in session?.acknowledge(id, arguments) }
  }

  /// Everyone in `room`, at this client's expense.
  func everyone(in room: String) -> SocketIOAudience { SocketIOAudience(core: core, rooms: [room], sender: self) }

  /// Some, at this client's expense.
  func some(_ sockets: [SocketIOSocket]) -> SocketIOAudience {
    SocketIOAudience(core: core, chosen: sockets, sender: self)
  }

  var isInRoom: Bool { !joinedRooms.isEmpty }

  func charge(deliveries: Int) { session?.charge(deliveries: deliveries) }

  var client: ClientAddress { session?.client ?? .unknown }

  func leaveAll(_ core: ServerCore) {
    for room in joinedRooms { core.remove(self, from: room) }
    joinedRooms = []
    session = nil
  }
}

extension SocketIOSocket: Hashable {
  public static func == (left: SocketIOSocket, right: SocketIOSocket) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
