/// Where a sharing client is, in the words of the reference protocol.
public enum SharingState: String, Sendable, CaseIterable {
  /// Not in the room yet, or not again since the room server was lost.
  case `init`
  /// In the room; nobody else has come yet.
  case joined
  /// In the room, and connected with somebody.
  case joinedConn = "joined_conn"
  /// In the room; whom it was connected with is gone.
  case joinedUnbind = "joined_unbind"
  /// Out of the room, for good.
  case leaved
}
