/// How a track's sound is encoded: Opus at 48 kHz in stereo, in packets of 20 ms. Two subscribers with equal settings
/// share one encoder.
///
/// Mono is encoded as stereo, which costs Opus next to nothing and lets a source switch between the two. Silence is
/// encoded like any other sound (no DTX), so that a sound after it starts exactly on time.
public struct AudioEncodingSettings: Sendable, Hashable {
  /// Average bits a second; values outside Opus's 5000 to 510,000 are clamped.
  public var bitrate = 128_000
  /// Whether packets carry a coarse copy of the previous one, from which a receiver restores a lost packet. It takes
  /// its bits from the same rate. Source: RFC 6716 §2.1.7.
  public var usesForwardErrorCorrection = false
  /// Expected packet loss in per cent, 0 to 100: how much of the rate is spent on repair. Above about 5 Opus encodes
  /// everything with its speech layer (SILK), since only that can repair.
  public var expectedLossPercent = 0

  public init() {}

  /// For viewers: with forward error correction against slight loss.
  public static var live: AudioEncodingSettings {
    var settings = AudioEncodingSettings()
    settings.usesForwardErrorCorrection = true
    settings.expectedLossPercent = 5
    return settings
  }

  /// Source: RFC 6716 §2.1.1; the limits are those of the W3C's `MediaRecorder` in browsers too.
  static let bitrates = 5000...510_000

  /// These settings within Opus's limits.
  var usable: AudioEncodingSettings {
    var usable = self
    usable.bitrate = min(max(bitrate, Self.bitrates.lowerBound), Self.bitrates.upperBound)
    usable.expectedLossPercent = min(max(expectedLossPercent, 0), 100)
    return usable
  }
}
