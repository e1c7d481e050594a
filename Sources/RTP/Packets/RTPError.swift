/// Why bytes are not a valid RTP packet, RTCP packet or codec payload.
public enum RTPError: Error, Hashable, Sendable {
  /// The data ends too early.
  case truncated
  /// The version is not 2.
  case version
  /// The padding is longer than the packet, or not allowed there.
  case padding
  /// A length field does not match the content.
  case length
  /// A value is outside its range.
  case value
}
