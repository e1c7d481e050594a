public import Media

/// A sound source's counts and measurements so far.
public struct SoundStatistics: Sendable, Equatable {
  /// How often sound was lost: it was not read in time, or a device stalled.
  public var overruns = 0
  /// Lost sound, which was replaced by silence. Samples of one channel at 48 kHz.
  public var lostFrames = 0
  /// How much faster than `CLOCK_MONOTONIC` the device counts its samples, in millionths; resampled away. Of several
  /// streams, the first one: the output's before the microphone's.
  public var drift = 0.0
  /// How far the sound is off the clock by the last measurement, in seconds; the largest of all devices.
  public var offset = 0.0
  /// From the last delivered sample's capture to its delivery.
  public var latency = MediaTime.zero
  /// Connections to the server so far.
  public var connections = 0
  /// Devices or playbacks that are recorded at present.
  public var streams = 0

  public init() {}
}
