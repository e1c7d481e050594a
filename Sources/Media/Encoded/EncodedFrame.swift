/// A frame as its sender encoded it, from a remote track, or for a container.
public struct EncodedFrame: Sendable {
  public enum Codec: Sendable, Hashable {
    /// RFC 6386.
    case vp8
    /// RFC 6716, at 48 kHz.
    case opus
  }

  public var codec: Codec
  public var data: [UInt8]
  /// The capture time, estimated on the receiver's clock; consistent across the tracks of one sender.
  public var timestamp: MediaTime
  /// Whether it can be decoded without earlier frames; true of all sound.
  public var isKeyFrame: Bool
  /// The picture's size; set on key frames.
  public var size: PixelSize?
  /// The mean square of the sound's samples, 0 to 1, where it is known.
  public var power: Double?

  public init(codec: Codec, data: [UInt8], timestamp: MediaTime, isKeyFrame: Bool, size: PixelSize? = nil) {
    self.codec = codec
    self.data = data
    self.timestamp = timestamp
    self.isKeyFrame = isKeyFrame
    self.size = size
  }
}
