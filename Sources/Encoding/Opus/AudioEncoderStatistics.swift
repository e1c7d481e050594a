public import Media

/// What an audio encoder has done since it began.
public struct AudioEncoderStatistics: Sendable, Equatable {
  public var packets = 0
  /// Bytes of all packets.
  public var bytes = 0
  /// Samples of silence put in where the source gave nothing.
  public var samplesFilled = 0
  /// Samples left out because their time was taken: they came too late, or twice.
  public var samplesDropped = 0
  /// Samples left out because the encoder was too slow, which silence stands for.
  public var samplesOverrun = 0
  /// How loud the last packet is: the root mean square of both channels, 0 to 1.
  public var level = 0.0
  /// The square of the level over time, in seconds. Source: W3C webrtc-stats, `totalAudioEnergy`.
  public var energy = 0.0
  /// Time spent coding.
  public var encodeTime = MediaTime.zero

  public init() {}
}
