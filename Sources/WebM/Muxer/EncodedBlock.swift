public import Media

/// One encoded frame on its way into a file.
public struct EncodedBlock: Sendable {
  /// The number of its track.
  public var track: Int
  /// The frame's timestamp from the recording's start, as it is to stand in the file: on a track with a codec delay,
  /// players take that off.
  public var time: MediaTime
  /// Whether it decodes without any frame before it. True for all audio.
  public var isKeyFrame: Bool
  /// The frame. It is handed on as it is, never copied.
  public var data: [UInt8]
  /// How long it lasts, where that must be said; nil on most frames, which last until the next.
  public var duration: MediaTime?
  /// How much decoded sound to drop from its end: at the end of an Opus track.
  public var discardPadding: MediaTime?

  /// A frame for a muxer.
  public init(
    track: Int, time: MediaTime, isKeyFrame: Bool, data: [UInt8], duration: MediaTime? = nil,
    discardPadding: MediaTime? = nil
  ) {
    self.track = track
    self.time = time
    self.isKeyFrame = isKeyFrame
    self.data = data
    self.duration = duration
    self.discardPadding = discardPadding
  }
}
