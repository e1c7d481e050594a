/// A message that came in over Engine.IO: what Socket.IO reads. Its bytes are a part of what was received, not a copy.
public enum EngineIOMessage: Sendable, Equatable {
  /// Valid UTF-8.
  case text(ArraySlice<UInt8>)
  case binary(ArraySlice<UInt8>)
}
