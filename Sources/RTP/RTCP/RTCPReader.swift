/// Parses a compound or reduced-size packet. Source: RFC 3550 §6.1, RFC 5506.
///
/// It stores only a position: pass the same bytes to each call.
public struct RTCPReader {
  private var position = 0

  public init() {}

  /// Returns the next packet, or nil after the last.
  ///
  /// After an error in a packet's content the next call continues with the following packet. After an error in the
  /// compound's structure the next call returns nil.
  public mutating func next(in bytes: Span<UInt8>) throws(RTPError) -> RTCPPacket? {
    guard position < bytes.count else { return nil }
    let start = position
    position = bytes.count
    guard start <= bytes.count - 4 else { throw .truncated }
    let first = bytes[start]
    guard first >> 6 == 2 else { throw .version }
    let size = 4 * (Int(try bytes.uint16(at: start + 2)) + 1)
    guard size <= bytes.count - start else { throw .truncated }
    var end = start + size
    if first & 0x20 != 0 {
      // Only the last packet may be padded.
      guard end == bytes.count else { throw .padding }
      let padding = Int(bytes[end - 1])
      guard padding > 0, padding & 3 == 0, padding <= size - 4 else { throw .padding }
      end -= padding
    }
    position = start + size
    return try RTCPPacket(
      type: bytes[start + 1], count: first & 0x1F, body: bytes.extracting(start + 4..<end))
  }
}
