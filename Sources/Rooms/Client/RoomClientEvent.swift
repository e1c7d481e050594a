public import RoomProtocol

/// Events of a `RoomClient`.
public enum RoomClientEvent: Sendable, Equatable {
  /// Joined the room under this id, or rejoined it after the server was lost. `info` may contain `iceServers`.
  case entered(id: String, info: JSONObject?)
  /// Create a peer connection with this member, and make the offer or wait for the member's.
  case connect(RoomMember, makesOffer: Bool)
  /// Pass this to the peer connection with that member.
  case signal(RoomSignal, peer: String)
  /// Close the peer connection with that member.
  case disconnect(peer: String)
  /// Every event of the room as the server sent it; the resulting peer connection events follow.
  case received(RoomEvent)
  /// The connection to the server is lost; the client reconnects. Peer connections go on.
  case lost
  /// The client has left the room for good. The last event.
  case ended(RoomClientError)
}
