/// What happens to a sharing client.
public enum SharingEvent: Sendable, Equatable {
  /// Whoever shares wants in.
  case join
  /// Whoever shares wants out.
  case leave
  /// The room server is reached, or reached again.
  case connected
  /// The room server is lost.
  case disconnected(willReconnect: Bool)
  /// The room server says something.
  case received(RoomEvent)
  /// The connection with a peer failed or was closed by it.
  case connectionEnded(peer: String)
  /// The time of `SharingAction.retry` has passed.
  case retry
}
