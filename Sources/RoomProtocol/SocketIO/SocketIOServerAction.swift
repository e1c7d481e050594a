/// What the driver of a server's connection has to do, in order.
public enum SocketIOServerAction: Sendable, Equatable {
  /// Send these over Engine.IO, next to each other.
  case send([EngineIOFrame])
  /// The client wants into a namespace: `accept` or `refuse` it, now or later.
  /// `query` is what a v4 client puts behind the name, `auth` what a v5 client sends along.
  case connecting(namespace: String, auth: JSONValue?, query: String?)
  case event(SocketIOEvent)
  case acknowledged(namespace: String, id: UInt64, arguments: [JSONValue])
  /// The client did not acknowledge in time, or has left; what comes later is ignored.
  case acknowledgementMissing(namespace: String, id: UInt64)
  /// The client left a namespace that it was in.
  case disconnected(namespace: String)
  /// The client does not hold to the protocol: close its Engine.IO session.
  case close(SocketIOError)
}
