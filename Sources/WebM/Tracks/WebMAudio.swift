/// The sound format of an audio track.
public struct WebMAudio: Sendable, Equatable {
  /// Samples per second; 48,000 for Opus.
  public var samplingFrequency: Double
  /// Number of channels.
  public var channels: Int

  /// Sound of `channels` channels at `samplingFrequency` Hz.
  public init(samplingFrequency: Double, channels: Int) {
    self.samplingFrequency = samplingFrequency
    self.channels = channels
  }
}
