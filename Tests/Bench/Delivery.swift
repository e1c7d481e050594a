import Foundation
import Harness
import Media
import Scenes

/// The share of a scene's steps that a recording shows, by their barcodes.
struct Delivery: Codable, Sendable {
  /// Frames in the file.
  var framesInFile = 0
  /// Frames whose barcode could not be read.
  var unreadable = 0
  /// Steps drawn from the first to the last step in the file.
  var stepsDrawn = 0
  /// The number of `stepsDrawn` that are in the file.
  var stepsKept = 0

  var keptPercent: Double { stepsDrawn == 0 ? 0 : 100 * Double(stepsKept) / Double(stepsDrawn) }

  init(of run: RecordingRun, scene: SceneName, screen: PixelSize) async throws {
    var shown: Set<UInt32> = []
    for try await frame in try await FFmpeg.frames(of: run.file, as: .luma) {
      framesInFile += 1
      let plane = LumaPlane(samples: frame.bytes, width: frame.width, height: frame.height)
      if let milliseconds = Barcode.decode(plane, of: scene, screen: screen) {
        shown.insert(milliseconds)
      } else {
        unreadable += 1
      }
    }
    // Relative to the first step, as the barcode's 32 bits wrap around.
    guard let origin = run.steps.first?.milliseconds else { return }
    func relative(_ milliseconds: UInt32) -> Int32 { Int32(bitPattern: milliseconds &- origin) }
    guard let first = shown.map(relative).min(), let last = shown.map(relative).max() else { return }
    let drawn = Set(run.steps.map(\.milliseconds)).filter { (first...last).contains(relative($0)) }
    stepsDrawn = drawn.count
    stepsKept = drawn.intersection(shown).count
  }
}
