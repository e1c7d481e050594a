import Foundation
import Harness

/// A recording that has ended; the file is deleted with the last copy.
struct Recording: Sendable {
  let file: URL
  let events: [JSON]
  let exit: ProgramExit
  let errorOutput: String
  let folder: TemporaryDirectory

  var start: JSON { events.first { $0["event"] == "start" } ?? .null }
  var stop: JSON { events.last { $0["event"] == "stop" } ?? .null }
  var progress: [JSON] { events.filter { $0["event"] == "progress" } }

  /// Records `display` to the end that the options set.
  static func make(
    on display: String, _ options: [String], environment: [String: String] = [:]
  ) async throws -> Recording {
    try await RunningRecording(on: display, options, environment: environment).finished(within: .seconds(30))
  }
}
