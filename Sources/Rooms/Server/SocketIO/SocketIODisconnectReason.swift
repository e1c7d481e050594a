internal import RoomProtocol

/// Why a client is no longer there.
public enum SocketIODisconnectReason: Sendable {
  /// It left, by a word of its own.
  case left
  /// The server disconnected it, for whatever reason.
  case disconnected
  /// Its connection went away without a word.
  case lost
  /// It was silent for too long.
  case silent
  /// It did not take what was sent to it.
  case tooSlow
  /// It does not hold to the protocol.
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
