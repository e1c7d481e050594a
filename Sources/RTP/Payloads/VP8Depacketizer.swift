/// Parses VP8 payloads. Source: RFC 7741 §4.
public enum VP8Depacketizer {
  /// The fragment in a payload.
  /// - Throws: `RTPError.truncated` when it contains no VP8 data.
  public static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    let descriptor = try VP8Descriptor(payload)
    guard descriptor.size < payload.count else { throw .truncated }
    let beginsFrame = descriptor.beginsPartition && descriptor.partition == 0
    return PayloadFragment(
      data: descriptor.size..<payload.count, beginsFrame: beginsFrame, endsFrame: false,
      isKeyFrame: beginsFrame && payload[descriptor.size] & 1 == 0)
  }
}
