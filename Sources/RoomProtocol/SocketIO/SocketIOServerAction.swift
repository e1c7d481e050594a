/// What the driver of a server's connection must do, in order.
public enum SocketIOServerAction: Sendable, Equatable {
  /// Send these over Engine.IO, with no other packet between them.
  case send([EngineIOFrame])
  /// The client asks to join a namespace: `accept` or `refuse` it, now or later.
  /// `query` comes from a v4 client, after the name; `auth` from a v5 client.
  case connecting(namespace: String, auth: JSONValue?, query: String?)
  case event(SocketIOEvent)
  case acknowledged(namespace: String, id: UInt64, arguments: [JSONValue])
  /// The client did not acknowledge in time, or has left; a later acknowledgement is ignored.
  case acknowledgementMissing(namespace: String, id: UInt64)
  /// The client left a namespace.
  case disconnected(namespace: String)
  /// The client violated the protocol or a limit: close its Engine.IO session.
  case close(SocketIOError)
}
