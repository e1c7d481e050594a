internal import NIOCore
public import RoomProtocol

/// A namespace of a `SocketIOServer`: clients, rooms and events of its own, over the connections of all.
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
  let core: LoopBound<ServerCore>
  /// What clients call it, beginning with a slash.
  public let name: String

  // MARK: Events

  /// Handles an event. A second handler for the same event takes the first one's place.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) -> Void) {
    core.run { [name] in $0.makeNamespace(name).handlers[event] = handler }
  }

  /// Handles an event by something that takes a while; what it returns acknowledges the event.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOServerEvent) async -> [JSONValue]) {
    on(event) { event in Task { event.acknowledge(await handler(event)) } }
  }

  /// Is called with each client that connects, before its first event.
  public func onConnection(_ handler: @escaping @Sendable (SocketIOSocket) -> Void) {
    core.run { [name] in $0.makeNamespace(name).connectionHandler = handler }
  }

  /// Is called with each client that is gone, and is in no room any more.
  public func onDisconnect(_ handler: @escaping @Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void) {
    core.run { [name] in $0.makeNamespace(name).disconnectionHandler = handler }
  }

  // MARK: Emitting

  /// Emits an event to everyone.
  public func emit(_ event: String, _ arguments: JSONValue...) { everyone.emit(event, arguments) }

  /// Everyone who is in `room`.
  public func to(_ room: String) -> SocketIOAudience { everyone.to(room) }

  /// Everyone but `socket`.
  public func broadcast(except socket: SocketIOSocket) -> SocketIOAudience { everyone.except(socket) }

  var everyone: SocketIOAudience { SocketIOAudience(core: core, namespace: name) }

  /// Those who are connected, or those of them who are in `room`.
  public func sockets(in room: String? = nil) async -> [SocketIOSocket] {
    let answer = await core.ask { [name] core -> [SocketIOSocket] in
      guard let place = core.namespaces[name] else { return [] }
      return room.map { Array(place.rooms[$0] ?? []) } ?? Array(place.sockets.values)
    }
    return answer ?? []
  }
}
