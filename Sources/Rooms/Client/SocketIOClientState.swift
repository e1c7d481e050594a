/// The connection state of a `SocketIOClient`.
public enum SocketIOClientState: Sendable, Equatable {
  /// `connect` was not called yet.
  case idle
  /// Connecting or reconnecting.
  case connecting
  /// Connected under this id.
  case connected(id: String)
  /// Ended for good.
  case closed
}
