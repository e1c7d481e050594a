import Glibc
import Media

/// The purity of a recorded tone that should be continuous.
package struct ToneQuality: Sendable, Hashable {
  /// Hertz, to a few thousandths.
  package let frequency: Double
  /// The level of a sine, in dBFS.
  package let level: Double
  /// The times of interruptions, in seconds: a click, a gap, a phase jump.
  package let clicks: [Double]

  /// The allowed residual, as a share of the tone's amplitude: codec noise is far below, a gap or a phase jump far above.
  private static let tolerance = 0.1

  /// Nil if there is no such tone.
  /// - Parameters:
  ///   - samples: one channel at 48 kHz, within the tone.
  ///   - expected: the tone's frequency, which may be off by up to 20 Hz.
  package init?(_ samples: [Float], frequency expected: Double) {
    let rate = Double(AudioFrame.sampleRate)
    let envelope = ToneEnvelope(samples, frequency: expected, width: 0.01)
    let loudness = envelope.amplitudes.sorted()
    guard let amplitude = loudness.isEmpty ? nil : loudness[loudness.count / 2], amplitude > 0.001 else { return nil }
    // The phase advances by the difference of the frequencies. The middle half of the steps: a click makes the phase jump.
    let stride = Int(rate / 100) / ToneEnvelope.hop
    var steps: [Double] = []
    for index in Swift.stride(from: stride, to: envelope.phases.count - 2 * stride, by: stride) {
      var step = envelope.phases[index + stride] - envelope.phases[index]
      if step > .pi { step -= 2 * .pi }
      if step < -.pi { step += 2 * .pi }
      steps.append(step)
    }
    guard !steps.isEmpty else { return nil }
    steps.sort()
    let middle = steps[steps.count / 4...steps.count * 3 / 4]
    let turn = middle.reduce(0, +) / Double(middle.count)
    let frequency = expected + turn / (2 * .pi) * rate / Double(stride * ToneEnvelope.hop)
    self.frequency = frequency
    level = 20 * log10(amplitude)

    // The residual of a sine fit, in windows of 10 ms that overlap by a half.
    let window = Int(rate / 100)
    let angle = 2 * Double.pi * frequency / rate
    var clicks: [Double] = []
    for first in Swift.stride(from: 0, through: samples.count - window, by: window / 2) {
      let residual = Self.residual(samples[first..<(first + window)], angle: angle)
      if residual > Self.tolerance * amplitude { clicks.append(Double(first) / rate) }
    }
    self.clicks = clicks
  }

  /// The largest difference between the samples and their least-squares sine.
  private static func residual(_ samples: ArraySlice<Float>, angle: Double) -> Double {
    // Normal equations of x ≈ a·cos + b·sin.
    var (cc, cs, ss, xc, xs) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in samples.indices {
      let (c, s, x) = (cos(angle * Double(index)), sin(angle * Double(index)), Double(samples[index]))
      cc += c * c
      cs += c * s
      ss += s * s
      xc += x * c
      xs += x * s
    }
    let determinant = cc * ss - cs * cs
    guard determinant != 0 else { return 0 }
    let a = (xc * ss - xs * cs) / determinant
    let b = (xs * cc - xc * cs) / determinant
    return samples.indices.map {
      abs(Double(samples[$0]) - a * cos(angle * Double($0)) - b * sin(angle * Double($0)))
    }.max() ?? 0
  }
}
