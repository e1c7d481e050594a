internal import Encoding
public import Media

/// What became of one look at the screen, or of one frame the encoder made of itself: a line of the frame ledger.
///
/// The entries of a recording add up to its statistics.
public struct LedgerEntry: Sendable {
  public enum Result: String, Sendable {
    /// Something had changed, and the frame is in the recording.
    case captured
    /// Nothing had changed: no frame.
    case unchanged
    /// Something had changed, and the frame is not in the recording; a later one shows the change too.
    case dropped
    /// A frame that made the picture sharper.
    case refinement
    /// A frame that repeats the picture, so that time goes on.
    case keepAlive
    /// Not a frame: the sound of about a second.
    case sound
    /// Not a frame: the container's own bytes, at the beginning and the end.
    case container
  }

  public var result: Result
  /// In the recording, from its start; for what is not in it, where it would have been.
  public var time: MediaTime
  /// Why something was dropped: `encoderBusy` or `slowOutput`.
  public var reason: String?
  /// How long each stage took.
  public var captureTime = MediaTime.zero
  public var convertTime = MediaTime.zero
  public var encodeTime = MediaTime.zero
  public var writeTime = MediaTime.zero
  public var isKeyFrame = false
  /// 0, the finest, to 63; nil where nothing was coded.
  public var quantizer: Int?
  /// The part of the picture that was coded, 0…1.
  public var codedShare = 0.0
  /// Bytes that went to the file, the container's included.
  public var bytes: UInt64 = 0
}

extension LedgerEntry {
  /// The entry of a frame at `time` in the recording, its bytes and write time still to come.
  init(_ frame: EncodedVideoFrame, time: MediaTime) {
    self.init(
      result: frame.kind == .change ? .captured : frame.kind == .refinement ? .refinement : .keepAlive, time: time,
      captureTime: frame.captureTime, convertTime: frame.convertTime, encodeTime: frame.encodeTime,
      isKeyFrame: frame.isKeyFrame, quantizer: frame.kind == .keepAlive ? nil : frame.quantizer,
      codedShare: frame.codedShare)
  }
}
