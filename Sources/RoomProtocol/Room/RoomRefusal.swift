/// Why the room server does not do what a client asks for; the raw values go over the wire.
public enum RoomRefusal: String, Error, Sendable, CaseIterable {
  /// The room holds as many as it may.
  case full
  /// The publisher lets nobody else in.
  case locked
  /// The token is missing or wrong.
  case token
  /// Somebody shares a screen there already, or did until a few minutes ago and may come back, and there is no token that would
  /// allow another.
  case publisher
  /// That is no name for a room.
  case name
  /// The server has other rooms only.
  case closed
  /// There are too many rooms, or this client is in too many.
  case rooms
  /// The client is not in that room.
  case room
  /// There is no such member.
  case member
  /// Only the publisher may.
  case role
  /// The text is empty or too long.
  case length
  /// So often that is not done.
  case rate
  /// The event is none of the room's, or its arguments are not.
  case request
}
