/// What a `SocketIOClient` tells of.
public enum SocketIOClientEvent: Sendable {
  /// Connected, or connected again; by this id. What the server keeps of a client, such as its rooms, is lost: join again.
  case connected(id: String)
  /// No longer connected.
  case disconnected(SocketIOClientError, willReconnect: Bool)
  /// The server emitted something that no handler was set for.
  case received(SocketIOReceivedEvent)
}
