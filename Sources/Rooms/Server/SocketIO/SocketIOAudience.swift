internal import NIOCore
public import RoomProtocol

/// The receivers of an event: all clients of a namespace, or those in any of the given rooms, except excluded ones. Source:
/// Socket.IO's `io.emit`, `io.in(room)`, `socket.to(room)` and `socket.broadcast`.
public struct SocketIOAudience: Sendable {
  let server: LoopBound<ServerState>
  let namespace: String
  /// If set, only these sockets.
  var chosen: [SocketIOSocket]?
  /// If empty, everyone.
  var rooms: [String] = []
  var excluded: [SocketIOSocket] = []
  /// The client whose rate limit is charged for the deliveries.
  var sender: SocketIOSocket?

  /// Adds the clients in `room`.
  public func to(_ room: String) -> SocketIOAudience {
    var audience = self
    audience.rooms.append(room)
    return audience
  }

  /// Excludes `socket`.
  public func except(_ socket: SocketIOSocket) -> SocketIOAudience {
    var audience = self
    audience.excluded.append(socket)
    return audience
  }

  /// Emits an event, which is encoded once for all. Call it on any thread; events from one thread arrive in order.
  public func emit(_ event: String, _ arguments: JSONValue...) { emit(event, arguments) }

  public func emit(_ event: String, _ arguments: [JSONValue]) {
    server.run { $0.emit(SocketIOPacket(event: event, arguments, namespace: namespace), to: self) }
  }

  /// Calls `body` for each receiver.
  func forEach(in server: ServerState, _ body: (SocketIOSocket) -> Void) {
    if let chosen {
      for socket in chosen where !excluded.contains(socket) { body(socket) }
      return
    }
    guard let place = server.namespaces[namespace] else { return }
    if rooms.isEmpty {
      for socket in place.sockets.values where !excluded.contains(socket) { body(socket) }
    } else if rooms.count == 1 {
      for socket in place.rooms[rooms[0]] ?? [] where !excluded.contains(socket) { body(socket) }
    } else {
      let all = rooms.reduce(into: Set<SocketIOSocket>()) { $0.formUnion(place.rooms[$1] ?? []) }
      for socket in all where !excluded.contains(socket) { body(socket) }
    }
  }
}
