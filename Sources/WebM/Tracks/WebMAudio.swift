/// What an audio track says about its sound.
public struct WebMAudio: Sendable, Equatable {
  /// Samples per second; 48,000 for Opus.
  public var samplingFrequency: Double
  /// How many channels.
  public var channels: Int

  /// Sound of `channels` channels at `samplingFrequency` Hz.
  public init(samplingFrequency: Double, channels: Int) {
    self.samplingFrequency = samplingFrequency
    self.channels = channels
  }
}
