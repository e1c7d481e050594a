/// What the driver of the room service must do, in order.
public enum RoomAction: Sendable, Equatable {
  case emit(RoomEvent, to: String)
  /// Send an event, encoded once, to these members.
  case deliver(RoomEvent, to: [String])
  /// Send an event to everybody in a room except the member `except`.
  case broadcast(RoomEvent, room: RoomName, except: String?)
  /// From now on broadcasts to the room include this member.
  case entered(RoomName, member: String)
  /// From now on broadcasts to the room exclude this member.
  case left(RoomName, member: String)
}
