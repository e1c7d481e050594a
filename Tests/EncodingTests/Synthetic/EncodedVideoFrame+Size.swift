public import Encoding
public import Media

extension EncodedVideoFrame {
  /// The size in the header of a key frame (RFC 6386 §9.1); nil for other frames.
  public var codedSize: PixelSize? {
    guard isKeyFrame, data.count >= 10 else { return nil }
    return PixelSize(
      width: Int(data[6]) | Int(data[7] & 0x3f) << 8, height: Int(data[8]) | Int(data[9] & 0x3f) << 8)
  }
}
