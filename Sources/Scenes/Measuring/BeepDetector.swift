import Glibc
import Media

/// Finds the beeps of a `Beeper` in recorded sound.
package enum BeepDetector {
  /// A detected beep.
  package struct Beep: Sendable, Hashable {
    /// Its onset in seconds from the first sample: where it reaches half its amplitude.
    package var time: Double
    /// The level of a sine, in dBFS.
    package var level: Double
  }

  /// Quieter sound counts as silence: −40 dB.
  private static let silence = 0.01
  /// The shortest beep, and the shortest gap between two, in seconds.
  private static let shortest = 0.02

  /// - Parameters:
  ///   - samples: one channel at 48 kHz.
  ///   - frequency: the beeps' tone in hertz; other sounds are ignored.
  package static func beeps(in samples: [Float], frequency: Double = 1000) -> [Beep] {
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

/// The amplitude of one tone over time: the sound is mixed down by the tone's frequency and averaged over a few periods.
///
/// An edge of the tone is where the envelope passes a half, regardless of other sounds.
struct ToneEnvelope {
  /// Samples from one value to the next.
  static let hop = 8

  /// The tone's amplitude around each moment, 0…1.
  let amplitudes: [Double]
  /// The phase at the same moments, relative to a tone of exactly `frequency`, in radians.
  let phases: [Double]

  /// - Parameter samples: one channel at 48 kHz.
  /// - Parameter width: the averaging window in seconds, rounded up to whole periods.
  init(_ samples: [Float], frequency: Double, width: Double = 0.005) {
    let rate = Double(AudioFrame.sampleRate)
    let period = rate / frequency
    let width = Int(((width * rate / period).rounded(.up) * period).rounded())
    // Prefix sums: the average over any window is a difference of two.
    var real = [Double](repeating: 0, count: samples.count + 1)
    var imaginary = real
    let step = 2 * Double.pi * frequency / rate
    samples.withUnsafeBufferPointer { samples in
      for index in 0..<samples.count {
        let angle = step * Double(index)
        let sample = Double(samples[index])
        real[index + 1] = real[index] + sample * cos(angle)
        imaginary[index + 1] = imaginary[index] - sample * sin(angle)
      }
    }
    var amplitudes: [Double] = []
    var phases: [Double] = []
    amplitudes.reserveCapacity(samples.count / Self.hop + 1)
    for middle in stride(from: 0, to: samples.count, by: Self.hop) {
      // Silence at both ends: a partial window would look like an edge.
      let first = middle - width / 2
      let last = first + width
      guard first >= 0, last <= samples.count else {
        amplitudes.append(0)
        phases.append(0)
        continue
      }
      let x = real[last] - real[first]
      let y = imaginary[last] - imaginary[first]
      amplitudes.append(2 * (x * x + y * y).squareRoot() / Double(width))
      phases.append(atan2(y, x))
    }
    self.amplitudes = amplitudes
    self.phases = phases
  }

  /// The time of a value, in seconds from the first sample; `index` may lie between two values.
  static func time(_ index: Double) -> Double { index * Double(hop) / Double(AudioFrame.sampleRate) }
}
