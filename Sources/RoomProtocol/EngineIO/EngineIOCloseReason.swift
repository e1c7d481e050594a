/// Why a session ended.
public enum EngineIOCloseReason: Sendable, Equatable {
  /// The other side said so.
  case closedByPeer
  /// This side said so.
  case closedHere
  /// The connection went away without a word.
  case lost
  /// The other side did not answer a ping, or send one, in time.
  case pingTimeout
  /// The other side did not take what was sent to it.
  case tooSlow
  case invalid(EngineIOError)
  /// A packet, or a request, that has no place here.
  case unexpected
}
