/// The version of Engine.IO, as a client names it in `EIO=`.
public enum EngineIOVersion: UInt8, Sendable {
  /// What socket.io 1 and 2 speak; the client sends the pings.
  case v3 = 3
  /// What socket.io 3 and 4 speak; the server sends the pings.
  case v4 = 4
}
