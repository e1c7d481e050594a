/// Why bytes are not valid Engine.IO.
public enum EngineIOError: Error, Sendable, Equatable {
  case emptyPacket
  /// No packet type begins with this byte.
  case unknownPacketType(UInt8)
  case invalidUTF8
  case invalidBase64
  /// A v3 payload with a missing or wrong packet length.
  case invalidLength
  /// More bytes than `maxPayload`.
  case tooLarge
  /// The first packet is not a valid `open`.
  case invalidHandshake
}
