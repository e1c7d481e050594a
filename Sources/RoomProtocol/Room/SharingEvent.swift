/// Input of a sharing client.
public enum SharingEvent: Sendable, Equatable {
  /// Join the room.
  case join
  /// Leave the room.
  case leave
  /// The room server is connected, or connected again.
  case connected
  /// The connection to the room server was lost.
  case disconnected(willReconnect: Bool)
  /// The room server sent an event.
  case received(RoomEvent)
  /// The connection with a peer failed or was closed by it.
  case connectionEnded(peer: String)
  /// The time of `SharingAction.retry` has passed.
  case retry
}
