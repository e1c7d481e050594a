/// Why a message is not valid Socket.IO, or not allowed in this state.
public enum SocketIOError: Error, Sendable, Equatable {
  case unknownPacketType
  case invalidNamespace
  case invalidID
  case invalidAttachmentCount
  case invalidPayload
  case json(JSONError)
  /// An attachment without a packet that needs one.
  case unexpectedBinary
  /// Text where an attachment should have come.
  case missingBinary
  /// More than `SocketIOLimits` allow.
  case tooLarge
  /// Joining a namespace took too long.
  case connectTimeout
  /// The server's version of Socket.IO does not match its version of Engine.IO.
  case otherVersion
}
