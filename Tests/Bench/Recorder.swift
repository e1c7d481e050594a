import Foundation
import Harness

/// A program that records a whole X display to a WebM file, told to do so at 30 fps and 2.5 Mbit/s.
protocol Recorder: Sendable {
  var name: RecorderName { get }
  /// How it is called, for the report.
  var settings: String { get }
  func version() async throws -> String
  /// Whether it knows how to record this.
  func records(_ variant: Scenario.Variant) -> Bool
  /// Makes ready what does not count as recording. Comes before the scene, so that its window lies above all others.
  func prepare(_ task: RecordingTask) async throws -> any RecordingSession
}
