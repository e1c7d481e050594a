/// What the driver of the room service has to do, in order.
public enum RoomAction: Sendable, Equatable {
  case emit(RoomEvent, to: String)
  /// To some, encoded once for all of them.
  case deliver(RoomEvent, to: [String])
  /// To everybody in a room but, where one is named, that member.
  case broadcast(RoomEvent, room: RoomName, except: String?)
  /// Who is in the room, for the broadcasts from here on.
  case entered(RoomName, member: String)
  case left(RoomName, member: String)
}
