/// BYE: streams that end. Source: RFC 3550 §6.6.
public struct RTCPGoodbye: Sendable, Hashable {
  /// At most 31.
  public var ssrcs: [SSRC]
  /// At most 255 bytes; nil for none.
  public var reason: [UInt8]?

  public init(ssrcs: [SSRC], reason: [UInt8]? = nil) {
    self.ssrcs = ssrcs
    self.reason = reason
  }

  init(_ body: Span<UInt8>, count: Int) throws(RTPError) {
    guard 4 * count <= body.count else { throw .truncated }
    ssrcs = []
    for i in 0..<count { ssrcs.append(try body.ssrc(at: 4 * i)) }
    guard body.count > 4 * count else { return }
    let start = 4 * count + 1
    reason = try body.bytes(in: start..<start + Int(body[start - 1]))
  }

  /// - Returns: the number of streams written.
  func write(to writer: inout ByteWriter) -> UInt8 {
    for ssrc in ssrcs.prefix(31) { writer.append(ssrc) }
    if let text = reason?.prefix(255) {
      writer.append(UInt8(text.count))
      writer.append([UInt8](text))
    }
    return UInt8(min(ssrcs.count, 31))
  }
}
