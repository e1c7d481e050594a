/// What a member does in a room.
public enum RoomRole: String, Sendable {
  /// Shares the screen; more than one in a room only where publishers have a token of their own.
  case publisher
  /// Watches.
  case viewer
  /// Did not say: a page of the reference protocol, where both ends are alike.
  case member
}
