/// Events of a `SocketIOClient`.
public enum SocketIOClientEvent: Sendable {
  /// Connected or reconnected, under this id. After a reconnection, the server's state of this client is lost: rejoin rooms.
  case connected(id: String)
  /// The connection ended.
  case disconnected(SocketIOClientError, willReconnect: Bool)
  /// The server emitted an event without a handler.
  case received(SocketIOReceivedEvent)
}
