/// Extracts the newest packet of a redundant audio payload: the repeated ones were received before, or are too late by
/// now.
/// Source: RFC 2198 §3.
public enum REDDepacketizer {
  /// The fragment in a payload: its last block, an Opus packet.
  /// - Throws: `RTPError.truncated` when the payload ends within its blocks, `value` when the last one is not an Opus
  ///   packet.
  public static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    var header = 0
    var blocks = 0
    while try payload.integer(at: header, size: 1) & 0x80 != 0 {
      blocks += Int(try payload.integer(at: header + 2, size: 2) & 0x3FF)
      header += 4
    }
    let start = header + 1 + blocks
    guard start < payload.count else { throw .truncated }
    let block = try OpusDepacketizer.fragment(payload.extracting(start..<payload.count))
    return PayloadFragment(
      data: start + block.data.lowerBound..<start + block.data.upperBound, beginsFrame: true, endsFrame: true,
      isKeyFrame: true)
  }
}
