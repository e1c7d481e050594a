/// PLI: video was lost, and the receiver needs a key frame. Source: RFC 4585 §6.3.1.
public struct RTCPPictureLoss: Sendable, Hashable {
  public var sender: SSRC
  public var media: SSRC

  public init(sender: SSRC, media: SSRC) {
    self.sender = sender
    self.media = media
  }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    media = try body.ssrc(at: 4)
    guard body.count == 8 else { throw .length }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(media)
  }
}
