/// What a member does in a room.
public enum RoomRole: String, Sendable {
  /// Shares the screen; at most one in a room.
  case publisher
  /// Watches.
  case viewer
  /// Did not say: a page of the reference protocol, where both ends are alike.
  case member
}
