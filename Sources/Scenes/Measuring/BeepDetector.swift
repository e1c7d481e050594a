import Glibc
import Media

/// Finds the beeps of a `Beeper` in recorded sound.
public enum BeepDetector {
  /// A beep as it was found.
  public struct Beep: Sendable, Hashable {
    /// Its moment in seconds from the first sample: where its beginning reaches half its loudness.
    public var time: Double
    /// Of a sine, in decibels below full scale.
    public var level: Double
  }

  /// What is quieter is taken for silence: −40 dB.
  private static let silence = 0.01
  /// Beeps are longer than this, and further apart, in seconds.
  private static let shortest = 0.02

  /// - Parameters:
  ///   - samples: of one channel at 48 kHz.
  ///   - frequency: the beeps' tone in hertz; other sounds are not heard.
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
      // To where it has been quiet for a while.
      var last = index
      var end = index
      while end < envelope.count, end - last < shortest {
        if envelope[end] >= loudest * 0.3 { last = end }
        end += 1
      }
      let peak = envelope[index...last].max() ?? 0
      if last - index >= shortest, let time = rise(of: envelope, from: index, to: last, through: peak / 2) {
        beeps.append(Beep(time: time, level: 20 * log10(peak)))
      }
      index = end
    }
    return beeps
  }

  /// Where the envelope passes `level` around the beginning of a beep; nil for one that had begun before the sound did.
  private static func rise(of envelope: [Double], from first: Int, to last: Int, through level: Double) -> Double? {
    var index = first
    while index > 0, envelope[index] >= level { index -= 1 }
    while index < last, envelope[index + 1] < level { index += 1 }
    guard envelope[index] < level, index < last else { return nil }
    let part = (level - envelope[index]) / (envelope[index + 1] - envelope[index])
    return ToneEnvelope.time(Double(index) + part)
  }
}
