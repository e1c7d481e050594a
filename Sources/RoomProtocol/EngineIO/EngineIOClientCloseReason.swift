/// Why a client's session ended.
public enum EngineIOClientCloseReason: Sendable, Equatable {
  case closedByPeer
  case closedHere
  /// The connection could not be made, or went away.
  case lost
  /// The server did not ping, or answer a ping, in time.
  case pingTimeout
  /// The server did not open the session in time.
  case connectTimeout
  /// The server answered a request with another status than 200 or, to a WebSocket, 101.
  case refused(status: Int)
  case invalid(EngineIOError)
  /// A packet that has no place here.
  case unexpected
}
