public import Media

/// One encoded picture, as every subscriber of a track's encoder receives it.
public struct EncodedVideoFrame: Sendable {
  /// Why the frame exists.
  public enum Kind: Sendable {
    /// The screen changed.
    case change
    /// The picture became sharper; the screen did not change.
    case refinement
    /// Repeats the previous picture, so that time advances. It may be dropped, or sent again, without harm to any other
    /// frame.
    case keepAlive
  }

  /// A VP8 frame (RFC 6386).
  public let data: [UInt8]
  /// When the picture was captured; for refinements and keep-alives, when they were coded. Rises from frame to frame.
  public let timestamp: MediaTime
  public let isKeyFrame: Bool
  public let kind: Kind
  /// Whether it is the black of a disabled track, which shows nothing of the source.
  public var isBlack = false
  /// 0, the finest, to 63.
  public let quantizer: Int
  /// The share of macroblocks that were coded, 0…1.
  public let codedShare: Double
  /// Time spent getting the pixels, converting and comparing them, and coding them.
  public let captureTime: MediaTime
  public let convertTime: MediaTime
  public let encodeTime: MediaTime

  /// The frame without its bytes, for the statistics of a frame that is not kept.
  public var withoutData: EncodedVideoFrame {
    EncodedVideoFrame(
      data: [], timestamp: timestamp, isKeyFrame: isKeyFrame, kind: kind, isBlack: isBlack, quantizer: quantizer,
      codedShare: codedShare, captureTime: captureTime, convertTime: convertTime, encodeTime: encodeTime)
  }
}

/// A capture that produced no frame.
public struct SkippedFrame: Sendable {
  public enum Reason: String, Sendable {
    /// Nothing had changed.
    case unchanged
    /// The encoder was busy; a newer picture, which includes these changes, replaced this one.
    case encoderBusy
  }

  public let timestamp: MediaTime
  public let reason: Reason
  public let captureTime: MediaTime
  public let convertTime: MediaTime
}

/// A receiver of a track's encoded pictures, such as a recorder or an RTP sender. It is called with the encoder's list
/// of subscribers locked: hand the frame on and return, and call nothing of the encoder but `requestKeyFrame` and
/// `statistics`.
public protocol EncodedVideoSink: AnyObject, Sendable {
  /// Whether the pictures are kept, as in a file. Then their size is constant, where it would otherwise follow the
  /// source's, and key frames also come at intervals of time. True by default.
  var keepsSize: Bool { get }

  /// Reports the pictures' size, before the first frame and whenever it changes; then a key frame follows.
  func videoSizeChanged(_ size: PixelSize)

  /// Receives a frame, on the encode thread: hand it on and return, never wait. The first is a key frame.
  func receive(_ frame: EncodedVideoFrame)

  /// Reports captures that produced no frame, on the encode thread, at the latest with the next frame; for statistics.
  func skipped(_ frames: [SkippedFrame])

  /// Reports that no more frames follow; `error` is the reason when encoding failed.
  func videoEnded(error: EncoderError?)
}

extension EncodedVideoSink {
  public var keepsSize: Bool { true }
  public func skipped(_ frames: [SkippedFrame]) {}
}

/// Counts of an encoder since it began.
public struct VideoEncoderStatistics: Sendable, Equatable {
  /// Source frames with changes.
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

  /// Adds the counts of another encoder.
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
