/// Why bytes are not what Engine.IO says.
public enum EngineIOError: Error, Sendable, Equatable {
  case emptyPacket
  /// No packet type begins with this byte.
  case unknownPacketType(UInt8)
  case invalidUTF8
  case invalidBase64
  /// A v3 payload whose packet has no length, or another than it says.
  case invalidLength
  /// More bytes than `maxPayload`.
  case tooLarge
  /// A handshake that is not one.
  case invalidHandshake
}
