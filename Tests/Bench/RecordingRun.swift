import Foundation
import Harness

/// What one recording of one scene came to.
struct RecordingRun: Sendable {
  /// CLOCK_MONOTONIC in seconds.
  let launched: Double
  /// From launch to the request to end, in seconds.
  let seconds: Double
  let use: ResourceUse
  /// CPU seconds of the X server from launch to the recorder's end, and how long that was.
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
