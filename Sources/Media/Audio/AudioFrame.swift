/// A short piece of sound from a source, lent only for the call of `AudioSink.receive`: a sink copies what it keeps.
public struct AudioFrame {
  /// The rate of all sound in this library. Hertz.
  public static let sampleRate = 48_000

  /// Samples in −1…1, interleaved: `frameCount × channelCount` of them.
  public let samples: UnsafeBufferPointer<Float>
  /// 1 or 2.
  public let channelCount: Int
  /// When the first sample was captured.
  public let timestamp: MediaTime

  /// Samples of one channel.
  public var frameCount: Int { samples.count / channelCount }

  /// - Parameters:
  ///   - samples: interleaved, in −1…1; borrowed while the frame lives.
  ///   - channelCount: at least 1.
  ///   - timestamp: when the first sample was captured.
  public init(samples: UnsafeBufferPointer<Float>, channelCount: Int, timestamp: MediaTime) {
    self.samples = samples
    self.channelCount = max(1, channelCount)
    self.timestamp = timestamp
  }
}
