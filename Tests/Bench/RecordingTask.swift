import Foundation
import Harness

/// What a recorder is told.
struct RecordingTask: Sendable {
  var display: String
  var file: URL
  /// The sound server whose output is recorded too; none when nil.
  var soundServer: PulseServer?
  /// The window that is recorded; the whole desktop when nil.
  var window: String?

  /// The output whose sound is recorded.
  static let sink = "desk"
}
