/// What a sharing client must do, in order.
public enum SharingAction: Sendable, Equatable {
  case send(RoomRequest)
  /// Make a peer connection for this member, and an offer or, without `makesOffer`, wait for the member's offer.
  case connect(RoomMember, makesOffer: Bool)
  /// Pass this signal to the peer connection of that member.
  case signal(RoomSignal, peer: String)
  /// Close the peer connection of that member.
  case disconnect(peer: String)
  /// The client has joined the room with this id.
  case entered(id: String, info: JSONObject?)
  /// The room server refuses the client for now: send `SharingEvent.retry` after this time.
  case retry(after: Duration)
  /// The room server refuses the client: it does not retry.
  case refused(RoomRefusal)
}
