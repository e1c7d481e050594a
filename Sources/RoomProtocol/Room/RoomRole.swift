/// What a member does in a room.
public enum RoomRole: String, Sendable {
  /// Shares a screen. A room has more than one only if publishers need their own token or a grant.
  case publisher
  /// Watches.
  case viewer
  /// Not specified: a page of the reference protocol, in which both ends are equal.
  case member
}
