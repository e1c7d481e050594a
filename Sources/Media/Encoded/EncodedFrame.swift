/// A frame as its sender encoded it: what a remote track gives, and what a container takes.
public struct EncodedFrame: Sendable {
  public enum Codec: Sendable, Hashable {
    /// RFC 6386.
    case vp8
    /// RFC 6716, at 48 kHz.
    case opus
  }

  public var codec: Codec
  public var data: [UInt8]
  /// When it was captured, by the clock of the receiving end as far as that can be known; the tracks of one sender agree.
  public var timestamp: MediaTime
  /// Whether nothing before it is needed to decode it; true of all sound.
  public var isKeyFrame: Bool
  /// The picture's size, with key frames.
  public var size: PixelSize?
  /// Of sound, the mean square of its samples, 0 to 1, where it is known.
  public var power: Double?

  public init(codec: Codec, data: [UInt8], timestamp: MediaTime, isKeyFrame: Bool, size: PixelSize? = nil) {
    self.codec = codec
    self.data = data
    self.timestamp = timestamp
    self.isKeyFrame = isKeyFrame
    self.size = size
  }
}
