internal import NIOCore
public import RoomProtocol

/// A Socket.IO server: for clients of Engine.IO 3 and 4 by long polling and WebSocket, on one event loop of its own.
///
/// ```swift
/// let server = SocketIOServer(configuration)
/// server.on("chat") { event in
///   event.socket.to("lobby").emit("chat", event.arguments)   // to the others in the room
///   event.acknowledge("received")
/// }
/// server.onConnection { socket in socket.join("lobby") }
/// let address = try await server.start()
/// ```
///
/// Handlers run on the event loop, one at a time, in the order in which a client sent what they are for: they must not
/// block. One that has to wait is `async`.
public final class SocketIOServer: Sendable {
  let core: LoopBound<ServerCore>
  let listener: Listener

  public init(_ configuration: SocketIOServerConfiguration) {
    (listener, core) = Listener.make(configuration)
  }

  // MARK: Life

  /// Listens.
  /// - Returns: the port, which is the system's choice where the configuration says 0.
  /// - Throws: `SocketIOServerError`.
  @discardableResult
  public func start() async throws -> Int { try await listener.start() }

  /// Stops: no one new is let in, clients are told and requests answered, then connections are closed, after `limit` at the
  /// latest.
  public func shutdown(within limit: Duration = .seconds(3)) async { await listener.shutdown(within: limit) }

  // MARK: Events

  /// Handles an event. A second handler for the same event takes the first one's place.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) -> Void) {
    core.run { $0.handlers[event] = handler }
  }

  /// Handles an event by something that takes a while; what it returns acknowledges the event.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) async -> [JSONValue]) {
    on(event) { event in Task { event.acknowledge(await handler(event)) } }
  }

  /// Is called with each client that connects, before its first event.
  public func onConnection(_ handler: @escaping @Sendable (SocketIOSocket) -> Void) {
    core.run { $0.connectionHandler = handler }
  }

  /// Is called with each client that is gone, and is in no room any more.
  public func onDisconnect(_ handler: @escaping @Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void) {
    core.run { $0.disconnectionHandler = handler }
  }

  // MARK: Emitting

  /// Emits an event to everyone.
  public func emit(_ event: String, _ arguments: JSONValue...) { everyone.emit(event, arguments) }

  /// Everyone who is in `room`.
  public func to(_ room: String) -> SocketIOAudience { everyone.to(room) }

  /// Everyone but `socket`.
  public func broadcast(except socket: SocketIOSocket) -> SocketIOAudience { everyone.except(socket) }

  private var everyone: SocketIOAudience { SocketIOAudience(core: core) }

  /// Those who are connected, or those of them who are in `room`.
  public func sockets(in room: String? = nil) async -> [SocketIOSocket] {
    let answer = await core.ask { core in room.map { Array(core.rooms[$0] ?? []) } ?? Array(core.sockets.values) }
    return answer ?? []
  }
}
