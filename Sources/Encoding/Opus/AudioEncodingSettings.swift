/// How a track's sound is encoded: Opus at 48 kHz in stereo, in packets of 20 ms. Two subscribers with equal settings share
/// one encoder.
///
/// A mono source is put on both channels, which costs Opus next to nothing and lets a source change between the two. Silence
/// is coded like all else (no DTX): what a desktop plays begins where it begins.
public struct AudioEncodingSettings: Sendable, Hashable {
  /// Bits a second, as an average; what lies outside of Opus's 5000 to 510,000 is taken as the nearest of these.
  public var bitrate = 128_000
  /// Whether packets carry a coarse copy of the one before, from which a receiver makes up a lost one. It takes its bits from
  /// the same rate. Source: RFC 6716 §2.1.7.
  public var usesForwardErrorCorrection = false
  /// Packets that are expected to be lost, in per cent, 0 to 100: how much of the rate goes into their repair. Above about 5
  /// Opus codes everything by its speech half, since only that can repair.
  public var expectedLossPercent = 0

  public init() {}

  /// For viewers: with forward error correction, against a little loss.
  public static var live: AudioEncodingSettings {
    var settings = AudioEncodingSettings()
    settings.usesForwardErrorCorrection = true
    settings.expectedLossPercent = 5
    return settings
  }

  /// Source: RFC 6716 §2.1.1; the limits are those of the W3C's `MediaRecorder` in browsers too.
  static let bitrates = 5000...510_000

  /// These settings as Opus takes them.
  var usable: AudioEncodingSettings {
    var usable = self
    usable.bitrate = min(max(bitrate, Self.bitrates.lowerBound), Self.bitrates.upperBound)
    usable.expectedLossPercent = min(max(expectedLossPercent, 0), 100)
    return usable
  }
}
