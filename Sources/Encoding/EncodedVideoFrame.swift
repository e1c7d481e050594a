public import Media

/// One coded picture, as every subscriber of a track's encoder gets it.
public struct EncodedVideoFrame: Sendable {
  /// Why the frame exists.
  public enum Kind: Sendable {
    /// The screen changed.
    case change
    /// The picture became sharper; the screen did not change.
    case refinement
    /// The picture before it once more, so that time goes on. May be left out, and may be sent again, without harm to any
    /// other frame.
    case keepAlive
  }

  /// A VP8 frame (RFC 6386).
  public let data: [UInt8]
  /// When the picture was captured; of refinements and keep-alives, when they were made. Rises from frame to frame.
  public let timestamp: MediaTime
  public let isKeyFrame: Bool
  public let kind: Kind
  /// Whether it is the black of a disabled track, which shows nothing of the source.
  public var isBlack = false
  /// 0, the finest, to 63.
  public let quantizer: Int
  /// Macroblocks that were coded, of all.
  public let codedShare: Double
  /// How long it took to get the pixels, to convert and compare them, and to code them.
  public let captureTime: MediaTime
  public let convertTime: MediaTime
  public let encodeTime: MediaTime

  /// The same without its bytes: for the account of a frame that is not kept.
  public var withoutData: EncodedVideoFrame {
    EncodedVideoFrame(
      data: [], timestamp: timestamp, isKeyFrame: isKeyFrame, kind: kind, isBlack: isBlack, quantizer: quantizer,
      codedShare: codedShare, captureTime: captureTime, convertTime: convertTime, encodeTime: encodeTime)
  }
}

/// A look at the source that gave no frame.
public struct SkippedFrame: Sendable {
  public enum Reason: String, Sendable {
    /// Nothing had changed.
    case unchanged
    /// The encoder was busy, and a newer picture came, which shows this one's changes too.
    case encoderBusy
  }

  public let timestamp: MediaTime
  public let reason: Reason
  public let captureTime: MediaTime
  public let convertTime: MediaTime
}

/// Something that takes a track's coded pictures: a recorder, an RTP sender. Its calls come with the encoder's list of
/// subscribers locked: hand on and return, and call nothing of the encoder but `requestKeyFrame` and `statistics`.
public protocol EncodedVideoSink: AnyObject, Sendable {
  /// Whether the pictures are kept, as in a file: then they keep the size they have, where else they follow their source, and
  /// key frames come by time too. True unless said otherwise.
  var keepsSize: Bool { get }

  /// The size of the pictures, before the first frame and whenever it changes; then a key frame follows.
  func videoSizeChanged(_ size: PixelSize)

  /// Takes a frame, on the encode thread: hand it on and return, never wait. The first is a key frame.
  func receive(_ frame: EncodedVideoFrame)

  /// Takes what became no frame, on the encode thread, at the latest with the next frame; for those who keep count.
  func skipped(_ frames: [SkippedFrame])

  /// No more frames come; `error` says why when encoding failed.
  func videoEnded(error: EncoderError?)
}

extension EncodedVideoSink {
  public var keepsSize: Bool { true }
  public func skipped(_ frames: [SkippedFrame]) {}
}

/// What an encoder has done since it began.
public struct VideoEncoderStatistics: Sendable, Equatable {
  /// Frames of the source in which something had changed.
  public var framesCaptured = 0
  /// Frames that went to the subscribers: changes, refinements and keep-alives.
  public var framesEncoded = 0
  /// Changed frames that a newer one replaced before they could be encoded.
  public var framesDropped = 0
  public var keyFrames = 0
  public var refinements = 0
  public var keepAlives = 0
  /// Bytes of all frames.
  public var bytes = 0
  /// Time spent coding.
  public var encodeTime = MediaTime.zero
  /// Time spent converting and comparing.
  public var convertTime = MediaTime.zero

  public init() {}

  /// Takes in what another encoder has done.
  public mutating func add(_ other: VideoEncoderStatistics) {
    framesCaptured += other.framesCaptured
    framesEncoded += other.framesEncoded
    framesDropped += other.framesDropped
    keyFrames += other.keyFrames
    refinements += other.refinements
    keepAlives += other.keepAlives
    bytes += other.bytes
    encodeTime += other.encodeTime
    convertTime += other.convertTime
  }
}
