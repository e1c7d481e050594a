/// What a sharing client has to do, in order.
public enum SharingAction: Sendable, Equatable {
  case send(RoomRequest)
  /// Make a peer connection for this member, and the offer; or wait for its offer.
  case connect(RoomMember, makesOffer: Bool)
  /// Give this to the peer connection of that member.
  case signal(RoomSignal, peer: String)
  /// Close the peer connection of that member.
  case disconnect(peer: String)
  /// In the room, by this id.
  case entered(id: String, info: JSONObject?)
  /// Not let in again for now: `SharingEvent.retry` is due after this time.
  case retry(after: Duration)
  /// Not let in: out for good.
  case refused(RoomRefusal)
}
