/// What the driver of a client's connection must do, in order.
public enum SocketIOClientAction: Sendable, Equatable {
  /// Send these over Engine.IO, with no other packet between them.
  case send([EngineIOFrame])
  /// The server accepted this client in a namespace, where its id is `id`.
  case connected(namespace: String, id: String)
  /// The server refused this client in a namespace.
  case refused(namespace: String, message: String, data: JSONValue?)
  case event(SocketIOEvent)
  case acknowledged(namespace: String, id: UInt64, arguments: [JSONValue])
  /// The server did not acknowledge in time, or the client left the namespace; a later acknowledgement is ignored.
  case acknowledgementMissing(namespace: String, id: UInt64)
  /// The server removed this client from a namespace, or the session is over.
  case disconnected(namespace: String)
  /// The server violated the protocol or a limit: close the Engine.IO session.
  case close(SocketIOError)
}
