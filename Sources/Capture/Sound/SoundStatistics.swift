public import Media

/// What a sound source has seen so far.
public struct SoundStatistics: Sendable, Equatable {
  /// How often the server lost sound because it was not taken in time, or a device stood still.
  public var overruns = 0
  /// What was lost then and is silence instead. Samples of one channel at 48 kHz.
  public var lostFrames = 0
  /// How much faster than `CLOCK_MONOTONIC` the device counts its samples, in millionths: what is resampled away. Of several
  /// devices, the one that joined first.
  public var drift = 0.0
  /// How far the sound is off the clock, by the last look; seconds, of the device that is furthest off.
  public var offset = 0.0
  /// From a sample's capture to its delivery, of the last that was delivered.
  public var latency = MediaTime.zero
  /// Connections to the server so far.
  public var connections = 0
  /// What is recorded from at the moment: devices, or programs.
  public var streams = 0

  public init() {}
}
