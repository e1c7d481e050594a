public import Media

/// What a VP8 frame's first bytes tell. Source: RFC 6386 §9.1.
public struct VP8FrameHeader: Sendable, Hashable {
  public var isKeyFrame: Bool
  /// In pixels, without scaling; nil of an inter frame, and where a key frame's beginning is no proper one.
  public var size: PixelSize?

  /// - Returns: nil when there is not a single byte.
  public init?(_ frame: Span<UInt8>) {
    guard frame.count > 0 else { return nil }
    isKeyFrame = frame[0] & 1 == 0
    guard isKeyFrame, frame.count >= 10, frame[3] == 0x9D, frame[4] == 0x01, frame[5] == 0x2A else { return }
    let width = Int(frame[6]) | Int(frame[7] & 0x3F) << 8
    let height = Int(frame[8]) | Int(frame[9] & 0x3F) << 8
    if width > 0, height > 0 { size = PixelSize(width: width, height: height) }
  }
}
