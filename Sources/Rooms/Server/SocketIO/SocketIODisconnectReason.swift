internal import RoomProtocol

/// Why a client was disconnected.
public enum SocketIODisconnectReason: Sendable {
  /// The client closed the session.
  case left
  /// The server disconnected it.
  case disconnected
  /// Its connection ended without a close.
  case lost
  /// It did not answer a ping in time.
  case silent
  /// It did not read what was sent to it.
  case tooSlow
  /// It violated the protocol.
  case invalid

  init(_ reason: EngineIOCloseReason) {
    self =
      switch reason {
      case .closedByPeer: .left
      case .closedHere: .disconnected
      case .lost: .lost
      case .pingTimeout: .silent
      case .tooSlow: .tooSlow
      case .invalid, .unexpected: .invalid
      }
  }
}
