/// The state of a sharing client, with the reference protocol's names.
public enum SharingState: String, Sendable, CaseIterable {
  /// Not in the room yet, or not again since the connection to the room server was lost.
  case `init`
  /// In the room, without a peer so far.
  case joined
  /// In the room, with a peer.
  case joinedConn = "joined_conn"
  /// In the room; its peers are gone.
  case joinedUnbind = "joined_unbind"
  /// Out of the room, until it joins again.
  case leaved
}
