/// Why the room server refuses a client's request; the raw values go over the wire.
public enum RoomRefusal: String, Error, Sendable, CaseIterable {
  /// The room is full.
  case full
  /// The publisher has locked the room.
  case locked
  /// The token is missing or wrong.
  case token
  /// The room allows one publisher, and has one, or keeps the place of one whose connection was lost minutes ago.
  case publisher
  /// The room's name is invalid.
  case name
  /// The server allows only other rooms.
  case closed
  /// The server has too many rooms, or this client is in too many.
  case rooms
  /// The client is not in that room.
  case room
  /// There is no such member.
  case member
  /// The client's role does not allow it.
  case role
  /// The text is empty or too long.
  case length
  /// The client makes such requests too often.
  case rate
  /// The event is unknown, or its arguments are invalid.
  case request
}
