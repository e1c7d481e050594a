public import Media

/// One encoded frame to be written to a file.
public struct EncodedBlock: Sendable {
  /// The number of its track.
  public var track: Int
  /// The frame's timestamp in the file, from the recording's start; on a track with a codec delay, players subtract
  /// that.
  public var time: MediaTime
  /// Whether it decodes without earlier frames. True for all audio.
  public var isKeyFrame: Bool
  /// The frame; passed on without a copy.
  public var data: [UInt8]
  /// Written as its duration; nil for most frames, which last until the next.
  public var duration: MediaTime?
  /// Decoded sound to drop from its end; for the last frame of an Opus track.
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
