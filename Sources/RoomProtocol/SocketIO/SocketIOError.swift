/// Why a message is not what Socket.IO says, or has no place here.
public enum SocketIOError: Error, Sendable, Equatable {
  case unknownPacketType
  case invalidNamespace
  case invalidID
  case invalidAttachmentCount
  case invalidPayload
  case json(JSONError)
  /// An attachment that no packet waits for.
  case unexpectedBinary
  /// Text where an attachment should have come.
  case missingBinary
  /// More than `SocketIOLimits` allow.
  case tooLarge
  /// No namespace was asked for in time.
  case connectTimeout
  /// The server speaks another version than its Engine.IO says.
  case otherVersion
}
