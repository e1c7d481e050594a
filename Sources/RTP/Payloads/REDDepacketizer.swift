/// Takes the newest packet out of a redundant payload: those before it have come by themselves, or are late by now.
/// Source: RFC 2198 §3.
public enum REDDepacketizer {
  /// What a payload contributes: its last block, a packet of Opus.
  /// - Throws: `RTPError.truncated` where it ends before its blocks do, `value` when the last one is no Opus packet.
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
