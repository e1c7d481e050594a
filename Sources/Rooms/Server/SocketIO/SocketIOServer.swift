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

  public convenience init(_ configuration: SocketIOServerConfiguration) {
    let (listener, core) = Listener.make(configuration)
    self.init(listener, core)
  }

  init(_ listener: Listener, _ core: LoopBound<ServerCore>) {
    self.listener = listener
    self.core = core
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

  /// A namespace beside the main one, which clients can connect to from now on. The name begins with a slash, which is put before one
  /// that does not.
  public func of(_ namespace: String) -> SocketIONamespace {
    let name = namespace.hasPrefix("/") ? namespace : "/" + namespace
    core.run { _ = $0.makeNamespace(name) }
    return SocketIONamespace(core: core, name: name)
  }

  // MARK: Events, in the main namespace

  private var main: SocketIONamespace { SocketIONamespace(core: core, name: Namespace.main) }

  /// Handles an event. A second handler for the same event takes the first one's place.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) -> Void) {
    main.on(event, handler)
  }

  /// Handles an event by something that takes a while; what it returns acknowledges the event.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) async -> [JSONValue]) {
    main.on(event, handler)
  }

  /// Is called with each client that connects, before its first event.
  public func onConnection(_ handler: @escaping @Sendable (SocketIOSocket) -> Void) { main.onConnection(handler) }

  /// Is called with each client that is gone, and is in no room any more.
  public func onDisconnect(_ handler: @escaping @Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void) {
    main.onDisconnect(handler)
  }

  // MARK: Emitting, in the main namespace

  /// Emits an event to everyone.
  public func emit(_ event: String, _ arguments: JSONValue...) { main.everyone.emit(event, arguments) }

  /// Everyone who is in `room`.
  public func to(_ room: String) -> SocketIOAudience { main.to(room) }

  /// Everyone but `socket`.
  public func broadcast(except socket: SocketIOSocket) -> SocketIOAudience { main.broadcast(except: socket) }

  /// Those who are connected, or those of them who are in `room`.
  public func sockets(in room: String? = nil) async -> [SocketIOSocket] { await main.sockets(in: room) }
}
