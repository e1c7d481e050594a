public import RoomProtocol

/// What a `RoomClient` tells of.
public enum RoomClientEvent: Sendable, Equatable {
  /// In the room, or in it again after the server was lost; by this id. `info` may have `iceServers`.
  case entered(id: String, info: JSONObject?)
  /// Make a peer connection with this member, and the offer; or wait for its offer.
  case connect(RoomMember, makesOffer: Bool)
  /// Give this to the peer connection with that member.
  case signal(RoomSignal, peer: String)
  /// Close the peer connection with that member.
  case disconnect(peer: String)
  /// Everything that the server said of the room, as it said it; what follows from it for peer connections comes next.
  case received(RoomEvent)
  /// The server is lost, and sought. Peer connections go on.
  case lost
  /// Out of the room for good. The last event.
  case ended(RoomClientError)
}
