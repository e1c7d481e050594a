/// Parses Opus payloads: each is one Opus packet. Source: RFC 7587 §4.2.
public enum OpusDepacketizer {
  /// The fragment in a payload.
  /// - Throws: `RTPError.truncated` when it is empty, `value` when it is not an Opus packet.
  public static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    guard payload.count > 0 else { throw .truncated }
    guard OpusPacket.duration(payload) != nil else { throw .value }
    return PayloadFragment(data: 0..<payload.count, beginsFrame: true, endsFrame: true, isKeyFrame: true)
  }
}
