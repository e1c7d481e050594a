import Foundation
import Harness

/// The parameters of a recording.
struct RecordingTask: Sendable {
  var display: String
  var file: URL
  /// The server of the sound to record; no sound when nil.
  var soundServer: PulseServer?
  /// The window to record; the whole desktop when nil.
  var window: String?

  /// The output to record.
  static let sink = "desk"
}
