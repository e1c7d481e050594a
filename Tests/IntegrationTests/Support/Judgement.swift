import Foundation
import Harness
import Media
import Scenes

/// The quality of a recording of a scene that was still at its end.
struct Judgement: Sendable, CustomStringConvertible {
  /// The share of the scene's steps that the file shows, between the first and the last that it shows: 0 to 1.
  let kept: Double
  /// The SSIM of the luma of the sharpest of the last pictures against the screen. Not of the very last, which may be a key
  /// frame that a viewer has just requested.
  let sharpness: Double
  let kilobitsPerSecond: Double

  /// The number of last pictures: some seconds of a still screen.
  private static let judged = 30

  init(_ file: URL, _ desktop: Desktop, _ screenshot: URL) async throws {
    var shown: Set<Int> = []
    var last: [DecodedFrame] = []
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) {
      last = last.suffix(Self.judged - 1) + [frame]
      if let sighting = try? Sighting(frame, of: desktop.scene.name, screen: desktop.screen) {
        shown.insert(sighting.drawn)
      }
    }
    guard let first = shown.min(), let end = shown.max() else {
      throw HarnessError("\(file.path) shows nothing")
    }
    let drawn = try desktop.scene.steps.count { first...end ~= Int($0.milliseconds) }
    kept = Double(shown.count) / Double(drawn)
    var sharpest = 0.0
    for frame in last { sharpest = max(sharpest, try await FFmpeg.lumaSSIM(of: frame, to: screenshot)) }
    sharpness = sharpest
    let format = try await FFmpeg.probe(file)["format"]
    kilobitsPerSecond = (format["bit_rate"].string.flatMap(Double.init) ?? 0) / 1000
  }

  var description: String {
    String(
      format: "%.1f %% of the steps, SSIM %.5f, %.0f kbit/s", 100 * kept, sharpness, kilobitsPerSecond)
  }
}
