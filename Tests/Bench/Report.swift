import Foundation
import Harness

/// All figures of one run of the benchmark.
struct Report: Codable, Sendable {
  struct RecorderDescription: Codable, Sendable {
    var recorder: RecorderName
    var version: String
    var settings: String
  }

  var date = Date()
  var machine = Machine.current
  var screen = "1920x1080"
  var framesPerSecond = 30
  var bitsPerSecond = 2_500_000
  var plan: Plan
  var recorders: [RecorderDescription] = []
  var baselines: [Baseline] = []
  var results: [SceneResult] = []
  var firstFrames: [FirstFrame] = []

  init(plan: Plan) {
    self.plan = plan
  }

  var failures: [String] {
    results.flatMap { result in result.failures.map { "\(result.recorder.title), \(result.scene): \($0)" } }
      + firstFrames.flatMap { result in result.failures.map { "\(result.recorder.title), first frame: \($0)" } }
  }

  func write(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    try encoder.encode(self).write(to: file)
  }
}
