internal import NIOCore
public import RoomProtocol

/// A Socket.IO server for clients of Engine.IO 3 and 4, by long polling and WebSocket, on an event loop of its own.
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
/// Handlers run on the event loop, one at a time, in the order in which a client sent the events: they must not block. A
/// handler that has to wait is `async`.
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

  // MARK: Start and shutdown

  /// Starts listening.
  /// - Returns: the port, which the system chooses if the configured one is 0.
  /// - Throws: `SocketIOServerError`.
  @discardableResult
  public func start() async throws -> Int { try await listener.start() }

  /// Stops: accepts no new connections, disconnects clients, completes pending requests, and closes all connections, after
  /// `limit` at the latest.
  public func shutdown(within limit: Duration = .seconds(3)) async { await listener.shutdown(within: limit) }

  /// A namespace besides the main one, created if necessary. A slash is put before a name that does not begin with one.
  public func of(_ namespace: String) -> SocketIONamespace {
    let name = namespace.hasPrefix("/") ? namespace : "/" + namespace
    core.run { _ = $0.makeNamespace(name) }
    return SocketIONamespace(core: core, name: name)
  }

  // MARK: Events in the main namespace

  private var main: SocketIONamespace { SocketIONamespace(core: core, name: Namespace.main) }

  /// Sets the handler for an event, replacing an earlier one.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) -> Void) {
    main.on(event, handler)
  }

  /// Sets an asynchronous handler for an event; its result acknowledges the event.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) async -> [JSONValue]) {
    main.on(event, handler)
  }

  /// Sets the handler that is called for each client that connects, before its first event.
  public func onConnection(_ handler: @escaping @Sendable (SocketIOSocket) -> Void) { main.onConnection(handler) }

  /// Sets the handler that is called for each client that disconnected, after it left its rooms.
  public func onDisconnect(_ handler: @escaping @Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void) {
    main.onDisconnect(handler)
  }

  // MARK: Emitting in the main namespace

  /// Emits an event to everyone.
  public func emit(_ event: String, _ arguments: JSONValue...) { main.everyone.emit(event, arguments) }

  /// Everyone in `room`.
  public func to(_ room: String) -> SocketIOAudience { main.to(room) }

  /// Everyone except `socket`.
  public func broadcast(except socket: SocketIOSocket) -> SocketIOAudience { main.broadcast(except: socket) }

  /// The connected clients, all or those in `room`.
  public func sockets(in room: String? = nil) async -> [SocketIOSocket] { await main.sockets(in: room) }
}
