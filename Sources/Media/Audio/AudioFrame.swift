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

/// The source of an audio track's sound: a device, or a program that pushes samples.
public protocol AudioSource: MediaSource {
  /// Starts sending to `sink`.
  func attach(_ sink: any AudioSink)

  /// Sends nothing more to `sink`; when this returns, its `receive` is not running.
  func detach(_ sink: any AudioSink)
}

extension AudioSource {
  /// Sound cannot be configured.
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(fixed: settings) }
}

/// A receiver of a track's sound: an encoder, a test.
public protocol AudioSink: AnyObject, Sendable {
  /// Takes sound, on the source's thread: copy it and return, never wait. Timestamps are contiguous while the source gives
  /// sound; where they leap, there was none.
  func receive(_ frame: borrowing AudioFrame)

  /// No more sound comes.
  func sourceEnded()
}
