import Glibc
import Media

/// Finds the beeps of a `Beeper` in recorded sound.
public enum BeepDetector {
  /// A detected beep.
  public struct Beep: Sendable, Hashable {
    /// Its onset in seconds from the first sample: where it reaches half its amplitude.
    public var time: Double
    /// The level of a sine, in dBFS.
    public var level: Double
  }

  /// Quieter sound counts as silence: −40 dB.
  private static let silence = 0.01
  /// The shortest beep, and the shortest gap between two, in seconds.
  private static let shortest = 0.02

  /// - Parameters:
  ///   - samples: one channel at 48 kHz.
  ///   - frequency: the beeps' tone in hertz; other sounds are ignored.
  public static func beeps(in samples: [Float], frequency: Double = 1000) -> [Beep] {
    let envelope = ToneEnvelope(samples, frequency: frequency).amplitudes
    let loudest = envelope.max() ?? 0
    guard loudest > silence else { return [] }
    let shortest = Int(shortest * Double(AudioFrame.sampleRate)) / ToneEnvelope.hop
    var beeps: [Beep] = []
    var index = 0
    while index < envelope.count {
      guard envelope[index] >= loudest * 0.3 else {
        index += 1
        continue
      }
      // The beep ends where a quiet stretch of that length begins.
      var last = index
      var end = index
      while end < envelope.count, end - last < shortest {
        if envelope[end] >= loudest * 0.3 { last = end }
        end += 1
      }
      let peak = envelope[index...last].max() ?? 0
      if last - index >= shortest, let time = onset(of: envelope, from: index, to: last, through: peak / 2) {
        beeps.append(Beep(time: time, level: 20 * log10(peak)))
      }
      index = end
    }
    return beeps
  }

  /// When the envelope passes `level` at the start of a beep; nil for a beep that started before the first sample.
  private static func onset(of envelope: [Double], from first: Int, to last: Int, through level: Double) -> Double? {
    var index = first
    while index > 0, envelope[index] >= level { index -= 1 }
    while index < last, envelope[index + 1] < level { index += 1 }
    guard envelope[index] < level, index < last else { return nil }
    let part = (level - envelope[index]) / (envelope[index + 1] - envelope[index])
    return ToneEnvelope.time(Double(index) + part)
  }
}
