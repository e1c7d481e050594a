/// Why the server removes a member from a room; the raw values go over the wire.
public enum RoomRemoval: String, Sendable, CaseIterable {
  /// Its grant has expired.
  case expired
  /// The key of its grant was revoked.
  case revoked
  /// It joined again over another connection.
  case replaced
}
