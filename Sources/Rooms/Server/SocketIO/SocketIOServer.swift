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
  let state: LoopBound<ServerState>
  let listener: Listener

  public convenience init(_ configuration: SocketIOServerConfiguration) {
    let (listener, state) = Listener.make(configuration)
    self.init(listener, state)
  }

  init(_ listener: Listener, _ state: LoopBound<ServerState>) {
    self.listener = listener
    self.state = state
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
    state.run { _ = $0.makeNamespace(name) }
    return SocketIONamespace(server: state, name: name)
  }

  // MARK: Events in the main namespace

  private var main: SocketIONamespace { SocketIONamespace(server: state, name: Namespace.main) }

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

/// An event that a client emitted.
public struct SocketIOServerEvent: Sendable {
  public let socket: SocketIOSocket
  public let name: String
  public let arguments: [JSONValue]
  private let id: UInt64?

  init(_ event: SocketIOEvent, _ socket: SocketIOSocket) {
    self.socket = socket
    name = event.name
    arguments = event.arguments
    id = event.id
  }

  /// Whether the client expects an acknowledgement.
  public var wantsAcknowledgement: Bool { id != nil }

  /// Sends the acknowledgement: once, at any time, from any thread. Does nothing when the client does not expect one.
  public func acknowledge(_ arguments: JSONValue...) { acknowledge(arguments) }

  public func acknowledge(_ arguments: [JSONValue]) {
    if let id { socket.acknowledge(id, arguments) }
  }
}

/// Why a server cannot start.
public enum SocketIOServerError: Error, Sendable, CustomStringConvertible {
  /// Another program listens there.
  case addressInUse(String)
  case cannotListen(String, why: String)
  case certificate(String)

  public var description: String {
    switch self {
    case .addressInUse(let address):
      "cannot listen on \(address): another program does already; end that, or choose another address"
    case .cannotListen(let address, let why): "cannot listen on \(address): \(why)"
    case .certificate(let why): why
    }
  }
}
