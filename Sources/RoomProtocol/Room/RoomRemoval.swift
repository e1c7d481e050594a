/// Why a member is taken out of a room, where no presenter did it; the raw values go over the wire.
public enum RoomRemoval: String, Sendable, CaseIterable {
  /// The grant that let it in has ended.
  case expired
  /// The key of that grant was taken away.
  case revoked
  /// It came in again, by another connection.
  case replaced
}
