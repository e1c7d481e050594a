internal import NIOCore
public import RoomProtocol

/// Those who an event is emitted to: everyone, or who is in any of some rooms, without some. Source: Socket.IO's
/// `io.emit`, `io.in(room)`, `socket.to(room)` and `socket.broadcast`.
public struct SocketIOAudience: Sendable {
  let core: LoopBound<ServerCore>
  let namespace: String
  /// These and nobody else, where they are known.
  var chosen: [SocketIOSocket]?
  /// Everyone when there is none.
  var rooms: [String] = []
  var excluded: [SocketIOSocket] = []
  /// Whose message this is, which bears the cost.
  var sender: SocketIOSocket?

  /// Also those who are in `room`.
  public func to(_ room: String) -> SocketIOAudience {
    var audience = self
    audience.rooms.append(room)
    return audience
  }

  /// Without `socket`.
  public func except(_ socket: SocketIOSocket) -> SocketIOAudience {
    var audience = self
    audience.excluded.append(socket)
    return audience
  }

  /// Emits an event, which is encoded once for all. From whatever thread; what one thread emits arrives in its order.
  public func emit(_ event: String, _ arguments: JSONValue...) { emit(event, arguments) }

  public func emit(_ event: String, _ arguments: [JSONValue]) {
    core.run { $0.emit(SocketIOPacket(event: event, arguments, namespace: namespace), to: self) }
  }

  /// Calls `body` for each of them.
  func forEach(in core: ServerCore, _ body: (SocketIOSocket) -> Void) {
    if let chosen {
      for socket in chosen where !excluded.contains(socket) { body(socket) }
      return
    }
    guard let place = core.namespaces[namespace] else { return }
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
