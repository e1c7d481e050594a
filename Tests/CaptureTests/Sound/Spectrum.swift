import Foundation

/// Analyses sound at 48 kHz.
enum Spectrum {
  /// A tone's level, as the peak of its wave: 0.5 for half of full scale.
  static func level(of frequency: Double, in samples: [Float]) -> Double {
    var (real, imaginary, weight) = (0.0, 0.0, 0.0)
    for (index, sample) in samples.enumerated() {
      // A window, so that other tones do not leak in.
      let part = Double(index) / Double(max(1, samples.count - 1))
      let window = 0.5 - 0.5 * cos(2 * .pi * part)
      let phase = 2 * .pi * frequency * Double(index) / 48_000
      real += window * Double(sample) * cos(phase)
      imaginary += window * Double(sample) * sin(phase)
      weight += window
    }
    return 2 * (real * real + imaginary * imaginary).squareRoot() / weight
  }

  /// The loudest tone's frequency near `guess`, within 2 %; hertz.
  static func frequency(near guess: Double, in samples: [Float]) -> Double {
    var (low, high) = (guess * 0.98, guess * 1.02)
    for _ in 0..<6 {
      let step = (high - low) / 10
      let best = (0...10).map { low + Double($0) * step }.max {
        level(of: $0, in: samples) < level(of: $1, in: samples)
      }!
      (low, high) = (best - step, best + step)
    }
    return (low + high) / 2
  }

  /// The tone's power over the rest (noise, distortion, clicks) in decibels, in the worst piece of 50 ms. The tone may have any
  /// phase and level, both changing slowly.
  static func purity(of frequency: Double, in samples: [Float]) -> Double {
    let length = 2400
    return stride(from: 0, through: samples.count - length, by: length).map { start in
      purity(of: frequency, in: samples[start..<(start + length)])
    }.min() ?? 0
  }

  /// By least squares of sine, cosine, both growing with time, and a constant.
  private static func purity(of frequency: Double, in samples: ArraySlice<Float>) -> Double {
    let count = samples.count
    var system = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 5)
    func basis(_ index: Int) -> [Double] {
      let time = Double(index - count / 2) / Double(count)
      let phase = 2 * .pi * frequency * Double(index) / 48_000
      return [sin(phase), cos(phase), 1, time * sin(phase), time * cos(phase)]
    }
    for (index, sample) in samples.enumerated() {
      let parts = basis(index)
      for row in 0..<5 {
        for column in row..<5 { system[row][column] += parts[row] * parts[column] }
        system[row][5] += parts[row] * Double(sample)
      }
    }
    for row in 0..<5 { for column in 0..<row { system[row][column] = system[column][row] } }
    for pivot in 0..<5 {
      let head = system[pivot][pivot]
      for column in 0..<6 { system[pivot][column] /= head }
      for row in 0..<5 where row != pivot {
        let factor = system[row][pivot]
        for column in 0..<6 { system[row][column] -= factor * system[pivot][column] }
      }
    }
    var (tone, rest) = (0.0, 1e-20)
    for (index, sample) in samples.enumerated() {
      let fit = zip(basis(index), system).reduce(0) { $0 + $1.0 * $1.1[5] }
      tone += fit * fit
      rest += (Double(sample) - fit) * (Double(sample) - fit)
    }
    return 10 * log10(tone / rest)
  }
}

/// A tone at 48 kHz, equal on both interleaved channels.
func tone(_ frequency: Double, level: Double = 0.25, seconds: Double) -> [Float] {
  (0..<Int(seconds * 48_000)).flatMap { index in
    let sample = Float(level * sin(2 * .pi * frequency * Double(index) / 48_000))
    return [sample, sample]
  }
}
