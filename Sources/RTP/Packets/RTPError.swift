/// Why bytes are no RTP, no RTCP, or no payload of the codec.
public enum RTPError: Error, Hashable, Sendable {
  /// Ends before it should.
  case truncated
  /// Another version than 2.
  case version
  /// The padding is longer than what it pads, or where it must not be.
  case padding
  /// A length that does not match what it counts.
  case length
  /// A value outside its range.
  case value
}
