/// Why a session ended.
public enum EngineIOCloseReason: Sendable, Equatable {
  /// The other side closed it.
  case closedByPeer
  /// This side closed it.
  case closedHere
  /// The connection was lost without a closing packet or handshake.
  case lost
  /// The other side did not answer a ping, or send one, in time.
  case pingTimeout
  /// More is queued for the other side than the limits allow.
  case tooSlow
  case invalid(EngineIOError)
  /// The other side made a request, or sent a packet, that is not allowed in this state.
  case unexpected
}
