/// The version of Engine.IO, as a client names it in `EIO=`.
public enum EngineIOVersion: UInt8, Sendable {
  /// Of socket.io 1 and 2; the client sends the pings.
  case v3 = 3
  /// Of socket.io 3 and 4; the server sends the pings.
  case v4 = 4
}
