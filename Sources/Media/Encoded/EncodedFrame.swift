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

/// A source of encoded frames, such as a remote track's. They can be stored or forwarded, but not decoded here.
public protocol EncodedSource: MediaSource {
  /// Starts sending to `sink`. Video begins with a key frame, which is requested from the sender.
  func attach(_ sink: any EncodedSink)

  /// Sends nothing more to `sink`, except for a frame that is being delivered.
  func detach(_ sink: any EncodedSink)

  /// Asks the sender for a key frame.
  func requestKeyFrame()
}

extension EncodedSource {
  /// Encoded frames cannot be configured.
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(fixed: settings) }
}

/// A receiver of encoded frames: a recorder.
public protocol EncodedSink: AnyObject, Sendable {
  /// Takes a frame, on the source's thread: pass it on and return, never wait.
  func receive(_ frame: EncodedFrame)

  /// No more frames come.
  func sourceEnded()
}
