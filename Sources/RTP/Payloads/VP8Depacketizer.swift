/// Takes VP8 payloads apart. Source: RFC 7741 §4.
public enum VP8Depacketizer {
  /// What a payload contributes.
  /// - Throws: `RTPError.truncated` when there is no VP8 in it.
  public static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    let descriptor = try VP8Descriptor(payload)
    guard descriptor.size < payload.count else { throw .truncated }
    let beginsFrame = descriptor.beginsPartition && descriptor.partition == 0
    return PayloadFragment(
      data: descriptor.size..<payload.count, beginsFrame: beginsFrame, endsFrame: false,
      isKeyFrame: beginsFrame && payload[descriptor.size] & 1 == 0)
  }
}
