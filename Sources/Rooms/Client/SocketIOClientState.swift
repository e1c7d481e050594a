/// Whether a `SocketIOClient` is connected.
public enum SocketIOClientState: Sendable, Equatable {
  /// Not yet.
  case idle
  /// About to be, for the first time or again.
  case connecting
  /// By this id.
  case connected(id: String)
  /// No longer, for good.
  case closed
}
