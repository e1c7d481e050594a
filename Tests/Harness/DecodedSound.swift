package import Foundation
import Media

/// The decoded sound of an audio track, as a player plays it; sample 0 is at the file's time 0.
package struct DecodedSound: Sendable {
  /// The left channel at 48 kHz, or a mono track's only one.
  package let left: [Float]
  /// The right channel at 48 kHz, or a mono track's only one.
  package let right: [Float]

  /// Seconds.
  package var duration: Double { Double(left.count) / Double(AudioFrame.sampleRate) }

  /// Decodes by ffmpeg; gaps between timestamps become silence.
  /// - Parameter track: counted from 0 among the file's audio tracks.
  package init(_ file: URL, track: Int = 0) async throws {
    let folder = try TemporaryDirectory()
    let raw = folder.file("sound.f32")
    try await FFmpeg.run([
      "-copyts", "-i", file.path, "-map", "0:a:\(track)",
      "-af", "aresample=async=1:min_hard_comp=0.01:first_pts=0,aformat=sample_rates=48000:channel_layouts=stereo",
      "-f", "f32le", raw.path,
    ])
    let data = try Data(contentsOf: raw)
    let samples = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    left = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
    right = stride(from: 1, to: samples.count, by: 2).map { samples[$0] }
  }

  /// The left channel's samples between two times in seconds, limited to the track.
  package func samples(from start: Double, to end: Double) -> [Float] {
    let rate = Double(AudioFrame.sampleRate)
    let range = max(0, Int(start * rate))..<max(0, Int(end * rate))
    return Array(left[range.clamped(to: 0..<left.count)])
  }

  /// The RMS level of the left channel between two times, in dBFS; −200 for silence.
  package func level(from start: Double, to end: Double) -> Double {
    let samples = samples(from: start, to: end)
    guard !samples.isEmpty else { return -200 }
    let power = samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count)
    return power > 0 ? 10 * log10(power) : -200
  }
}
