/// Why a client's session ended.
public enum EngineIOClientCloseReason: Sendable, Equatable {
  case closedByPeer
  case closedHere
  /// The connection failed or was lost.
  case lost
  /// The server did not ping, or answer a ping, in time.
  case pingTimeout
  /// The server did not open the session in time.
  case connectTimeout
  /// The server answered a request with a status other than 200 (101 for a WebSocket).
  case refused(status: Int)
  case invalid(EngineIOError)
  /// The server sent a packet that is not allowed in this state.
  case unexpected
}
