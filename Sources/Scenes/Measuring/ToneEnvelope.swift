import Glibc
import Media

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
