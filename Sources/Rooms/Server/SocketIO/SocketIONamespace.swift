internal import NIOCore
public import RoomProtocol

/// A namespace of a `SocketIOServer`: its own clients, rooms and events, over shared connections.
///
/// ```swift
/// let chat = server.of("/chat")
/// chat.onConnection { socket in
///   guard socket.auth?["token"] == "secret" else { return socket.disconnect() }
///   socket.join("lobby")
/// }
/// chat.on("line") { event in event.socket.to("lobby").emit("line", event.arguments) }
/// ```
public struct SocketIONamespace: Sendable {
  let server: LoopBound<ServerState>
  /// The name, beginning with a slash.
  public let name: String

  // MARK: Events

  /// Sets the handler for an event, replacing an earlier one.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) -> Void) {
    server.run { [name] in $0.makeNamespace(name).handlers[event] = handler }
  }

  /// Sets an asynchronous handler for an event; its result acknowledges the event.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) async -> [JSONValue]) {
    on(event) { event in Task { event.acknowledge(await handler(event)) } }
  }

  /// Sets the handler that is called for each client that connects, before its first event.
  public func onConnection(_ handler: @escaping @Sendable (SocketIOSocket) -> Void) {
    server.run { [name] in $0.makeNamespace(name).connectionHandler = handler }
  }

  /// Sets the handler that is called for each client that disconnected, after it left its rooms.
  public func onDisconnect(_ handler: @escaping @Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void) {
    server.run { [name] in $0.makeNamespace(name).disconnectionHandler = handler }
  }

  // MARK: Emitting

  /// Emits an event to everyone.
  public func emit(_ event: String, _ arguments: JSONValue...) { everyone.emit(event, arguments) }

  /// Everyone in `room`.
  public func to(_ room: String) -> SocketIOAudience { everyone.to(room) }

  /// Everyone except `socket`.
  public func broadcast(except socket: SocketIOSocket) -> SocketIOAudience { everyone.except(socket) }

  var everyone: SocketIOAudience { SocketIOAudience(server: server, namespace: name) }

  /// The connected clients, all or those in `room`.
  public func sockets(in room: String? = nil) async -> [SocketIOSocket] {
    let answer = await server.submit { [name] server -> [SocketIOSocket] in
      guard let place = server.namespaces[name] else { return [] }
      return room.map { Array(place.rooms[$0] ?? []) } ?? Array(place.sockets.values)
    }
    return answer ?? []
  }
}

/// A Socket.IO namespace: its sockets, rooms and handlers. Lives on the server's event loop.
final class Namespace {
  static let main = "/"

  let name: String
  var handlers: [String: @Sendable (SocketIOServerEvent) -> Void] = [:]
  var connectionHandler: (@Sendable (SocketIOSocket) -> Void)?
  var disconnectionHandler: (@Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void)?
  var sockets: [String: SocketIOSocket] = [:]
  private(set) var rooms: [String: Set<SocketIOSocket>] = [:]

  init(_ name: String) { self.name = name }

  func add(_ socket: SocketIOSocket, to room: String) { rooms[room, default: []].insert(socket) }

  func remove(_ socket: SocketIOSocket, from room: String) {
    rooms[room]?.remove(socket)
    if rooms[room]?.isEmpty == true { rooms[room] = nil }
  }
}
