internal import Encoding
public import Media

/// A line of the frame ledger: the result of one capture, or of one frame that the encoder added.
///
/// The entries of a recording add up to its statistics.
public struct LedgerEntry: Sendable {
  public enum Result: String, Sendable {
    /// The picture had changed, and its frame is in the recording.
    case captured
    /// The picture had not changed: there is no frame.
    case unchanged
    /// The picture had changed, and its frame is not in the recording; a later one includes the change.
    case dropped
    /// A frame that made the picture sharper.
    case refinement
    /// A frame that repeats the picture, so that time advances.
    case keepAlive
    /// Not a frame: the sound of about a second.
    case sound
    /// Not a frame: the container's own bytes, at the beginning and the end.
    case container
  }

  public var result: Result
  /// The time in the recording; for what is not in it, the time it would have had.
  public var time: MediaTime
  /// Why a picture was dropped: `encoderBusy`, `slowOutput` or `writeFailed`.
  public var reason: String?
  /// Time spent in each stage.
  public var captureTime = MediaTime.zero
  public var convertTime = MediaTime.zero
  public var encodeTime = MediaTime.zero
  public var writeTime = MediaTime.zero
  public var isKeyFrame = false
  /// 0, the finest, to 63; nil where nothing was coded.
  public var quantizer: Int?
  /// The part of the picture that was coded, 0…1.
  public var codedShare = 0.0
  /// Bytes written to the file, including the container's.
  public var bytes: UInt64 = 0
}

extension LedgerEntry {
  /// The entry of a frame at `time` in the recording; its bytes and write time are set later.
  init(_ frame: EncodedVideoFrame, time: MediaTime) {
    self.init(
      result: frame.kind == .change ? .captured : frame.kind == .refinement ? .refinement : .keepAlive, time: time,
      captureTime: frame.captureTime, convertTime: frame.convertTime, encodeTime: frame.encodeTime,
      isKeyFrame: frame.isKeyFrame, quantizer: frame.kind == .keepAlive ? nil : frame.quantizer,
      codedShare: frame.codedShare)
  }
}
