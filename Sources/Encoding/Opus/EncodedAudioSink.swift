public import Media

/// A receiver of a track's encoded sound, such as a recorder or an RTP sender. It is called on the encoder's thread
/// with the list of subscribers locked: hand the packet on and return, and call nothing of the encoder but
/// `statistics`.
public protocol EncodedAudioSink: AnyObject, Sendable {
  /// Receives a packet: 20 ms of Opus, which follow the previous packet directly.
  ///
  /// Its `timestamp` is the capture time of the first sample that a decoder outputs for it; its first *input* sample
  /// was captured `AudioEncoder.lookahead` samples later. RTP uses this timestamp as it is. A WebM block's timestamp is
  /// later by that delay, because players subtract `CodecDelay`. The first `lookahead` samples of a decoder's output
  /// precede the first input sample and are dropped.
  func receive(_ packet: EncodedFrame)

  /// No more packets come.
  /// - Parameters:
  ///   - end: when the sound ended; decoded samples after it are padding. Nil without any sound, or after an error.
  ///   - error: why encoding failed, if it did.
  func audioEnded(at end: MediaTime?, error: EncoderError?)
}

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
