package import Foundation

/// Mono sound at 48 kHz, with measurements.
package struct Sound: Sendable {
  package static let sampleRate = 48_000

  package var samples: [Float]

  package init(_ samples: [Float]) { self.samples = samples }

  /// A part of an endless tone of `hertz` with phase 0 at sample 0.
  package static func tone(_ hertz: Double, amplitude: Double, from start: Int = 0, count: Int) -> [Float] {
    (start..<start + count).map {
      Float(amplitude * sin(2 * .pi * hertz * Double($0) / Double(sampleRate)))
    }
  }

  /// The sound of a file, decoded by ffmpeg.
  /// - Parameters:
  ///   - track: counted from 0 among the file's audio tracks.
  ///   - channel: 0 for the left one.
  package static func decoded(_ file: URL, track: Int = 0, channel: Int = 0) async throws -> Sound {
    let folder = try TemporaryDirectory()
    let raw = folder.file("sound.f32")
    try await FFmpeg.run([
      "-i", file.path, "-map", "0:a:\(track)", "-af", "pan=mono|c0=c\(channel)", "-f", "f32le", "-ar", "\(sampleRate)",
      raw.path,
    ])
    let bytes = try Data(contentsOf: raw)
    return Sound(bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
  }

  package var seconds: Double { Double(samples.count) / Double(Self.sampleRate) }

  /// A part in seconds, limited to the sound.
  package func part(_ range: Range<Double>) -> Sound {
    let start = min(max(0, Int(range.lowerBound * Double(Self.sampleRate))), samples.count)
    let end = min(max(start, Int(range.upperBound * Double(Self.sampleRate))), samples.count)
    return Sound(Array(samples[start..<end]))
  }

  package var peak: Float { samples.reduce(0) { max($0, abs($1)) } }

  /// The amplitude at a frequency: 1 for a full-scale tone. Computed as one DFT bin with a Hann window.
  package func amplitude(at hertz: Double) -> Double {
    guard samples.count > 1 else { return 0 }
    var (real, imaginary, weight) = (0.0, 0.0, 0.0)
    for (index, sample) in samples.enumerated() {
      let window = 0.5 - 0.5 * cos(2 * .pi * Double(index) / Double(samples.count - 1))
      let phase = 2 * .pi * hertz * Double(index) / Double(Self.sampleRate)
      real += Double(sample) * window * cos(phase)
      imaginary += Double(sample) * window * sin(phase)
      weight += window
    }
    return 2 * (real * real + imaginary * imaginary).squareRoot() / weight
  }

  /// The frequency of a pure tone, by its upward zero crossings; nil with fewer than three.
  package var frequency: Double? {
    var crossings: [Double] = []
    for index in samples.indices.dropLast() where samples[index] < 0 && samples[index + 1] >= 0 {
      crossings.append(Double(index) + Double(samples[index] / (samples[index] - samples[index + 1])))
    }
    guard let first = crossings.first, let last = crossings.last, crossings.count > 2 else { return nil }
    return Double(crossings.count - 1) * Double(Self.sampleRate) / (last - first)
  }

  /// The peak of the frequencies above `hertz`, which finds clicks: a click has all frequencies, a fading tone only its own.
  /// Uses two second-order Butterworth high-pass filters in series; ignores the first 5 ms, in which they settle.
  package func peak(above hertz: Double) -> Float {
    let once = highPassed(hertz)
    return Sound(Array(Sound(once).highPassed(hertz).dropFirst(Self.sampleRate / 200))).peak
  }

  private func highPassed(_ hertz: Double) -> [Float] {
    let omega = 2 * Double.pi * hertz / Double(Self.sampleRate)
    let alpha = sin(omega) / 2.0.squareRoot()
    let a0 = 1 + alpha
    let (b0, b1) = ((1 + cos(omega)) / 2 / a0, -(1 + cos(omega)) / a0)
    let (a1, a2) = (-2 * cos(omega) / a0, (1 - alpha) / a0)
    var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)
    return samples.map { sample in
      let x = Double(sample)
      let y = b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2
      (x2, x1, y2, y1) = (x1, x, y1, y)
      return Float(y)
    }
  }

  /// The parts that are not silent, in seconds: from the first to the last sample above `threshold`, with gaps below 5 ms
  /// between such samples.
  package func runs(above threshold: Float) -> [Range<Double>] {
    var runs: [Range<Int>] = []
    for (index, sample) in samples.enumerated() where abs(sample) > threshold {
      if let last = runs.last, index - last.upperBound < Self.sampleRate / 200 {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs.map {
      Double($0.lowerBound) / Double(Self.sampleRate)..<Double($0.upperBound) / Double(Self.sampleRate)
    }
  }
}
