/// The revision of the Socket.IO protocol, determined by the version of Engine.IO.
public enum SocketIOVersion: UInt8, Sendable {
  /// With Engine.IO 3: a client is in the namespace `/` as soon as it is connected.
  case v4 = 4
  /// With Engine.IO 4: a client asks to join every namespace.
  case v5 = 5

  public init(_ engine: EngineIOVersion) { self = engine == .v3 ? .v4 : .v5 }
}
