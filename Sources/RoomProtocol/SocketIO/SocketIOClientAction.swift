/// What the driver of a client's connection has to do, in order.
public enum SocketIOClientAction: Sendable, Equatable {
  /// Send these over Engine.IO, next to each other.
  case send([EngineIOFrame])
  /// The server let this client into a namespace, where it goes by `id`.
  case connected(namespace: String, id: String)
  /// The server did not let this client into a namespace.
  case refused(namespace: String, message: String, data: JSONValue?)
  case event(SocketIOEvent)
  case acknowledged(namespace: String, id: UInt64, arguments: [JSONValue])
  /// The server did not acknowledge in time, or the namespace is left; what comes later is ignored.
  case acknowledgementMissing(namespace: String, id: UInt64)
  /// The server took this client out of a namespace, or the session is over.
  case disconnected(namespace: String)
  /// The server does not hold to the protocol: close the Engine.IO session.
  case close(SocketIOError)
}
