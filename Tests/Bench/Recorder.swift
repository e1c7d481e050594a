import Foundation
import Harness

/// A program that records a whole X display to a WebM file, at 30 fps and 2.5 Mbit/s.
protocol Recorder: Sendable {
  var name: RecorderName { get }
  /// Its command line or settings, for the report.
  var settings: String { get }
  func version() async throws -> String
  /// Whether it can record this variant.
  func records(_ variant: Scenario.Variant) -> Bool
  /// Does what does not count as recording. Called before the scene starts, so that the scene's window is above all others.
  func prepare(_ task: RecordingTask) async throws -> any RecordingSession
}
