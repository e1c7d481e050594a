public import Media

/// The start of a VP8 frame. Source: RFC 6386 §9.1.
public struct VP8FrameHeader: Sendable, Hashable {
  public var isKeyFrame: Bool
  /// In pixels, without scaling; nil for an inter frame, and for a key frame with an invalid header.
  public var size: PixelSize?

  /// - Returns: nil when the frame is empty.
  public init?(_ frame: Span<UInt8>) {
    guard frame.count > 0 else { return nil }
    isKeyFrame = frame[0] & 1 == 0
    guard isKeyFrame, frame.count >= 10, frame[3] == 0x9D, frame[4] == 0x01, frame[5] == 0x2A else { return }
    let width = Int(frame[6]) | Int(frame[7] & 0x3F) << 8
    let height = Int(frame[8]) | Int(frame[9] & 0x3F) << 8
    if width > 0, height > 0 { size = PixelSize(width: width, height: height) }
  }
}
