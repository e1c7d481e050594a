/// A received Engine.IO message, for Socket.IO to decode. Its bytes are a slice of the received ones, not a copy.
public enum EngineIOMessage: Sendable, Equatable {
  /// Valid UTF-8.
  case text(ArraySlice<UInt8>)
  case binary(ArraySlice<UInt8>)
}
