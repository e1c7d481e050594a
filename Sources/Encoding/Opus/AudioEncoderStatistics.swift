public import Media

/// Counts of an audio encoder since it began.
public struct AudioEncoderStatistics: Sendable, Equatable {
  public var packets = 0
  /// Bytes of all packets.
  public var bytes = 0
  /// Samples of silence filled into gaps of the source.
  public var samplesFilled = 0
  /// Samples dropped because they arrived too late, or overlapped earlier ones.
  public var samplesDropped = 0
  /// Samples dropped because the encoder was too slow; silence replaces them.
  public var samplesOverrun = 0
  /// The level of the last packet: the root mean square of both channels, 0 to 1.
  public var level = 0.0
  /// The square of the level over time, in seconds. Source: W3C webrtc-stats, `totalAudioEnergy`.
  public var energy = 0.0
  /// Time spent coding.
  public var encodeTime = MediaTime.zero

  public init() {}
}
