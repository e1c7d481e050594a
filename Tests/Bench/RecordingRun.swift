import Foundation
import Harness

/// The measurements and the file of one recording.
struct RecordingRun: Sendable {
  /// CLOCK_MONOTONIC in seconds.
  let launched: Double
  /// From launch to the request to end, in seconds.
  let seconds: Double
  let use: ResourceUse
  /// The X server's CPU seconds from launch to the recorder's end, and the length of that time in seconds.
  let serverCPUSeconds: Double
  let serverSeconds: Double
  let file: URL
  let steps: [SceneStep]

  var bytes: Int {
    get throws {
      try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    }
  }
}
