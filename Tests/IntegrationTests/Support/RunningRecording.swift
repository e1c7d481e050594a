import Foundation
import Harness

/// A running `oriel record --json`.
final class RunningRecording: Sendable {
  let program: Program
  /// The file of the recording; unused if it goes to standard output.
  let file: URL
  private let folder: TemporaryDirectory

  /// Starts recording into a file of its own.
  /// - Parameter options: more options of `record`.
  init(on display: String, _ options: [String] = [], environment: [String: String] = [:]) throws {
    folder = try TemporaryDirectory()
    file = folder.file("recording.webm")
    program = try Program(
      Executables.product("oriel"), ["record", file.path, "--display", display, "--json"] + options,
      environment: environment)
  }

  /// The events so far.
  var events: [JSON] { Events.parse(program.output) }

  /// Waits for an event.
  @discardableResult
  func event(_ name: String, within limit: Duration = .seconds(20)) async throws -> JSON {
    try JSON(parsing: try await program.line(within: limit) { Events.name(ofLine: $0) == name })
  }

  /// Waits until `seconds` have passed since the start event.
  func record(seconds: Double) async throws {
    try await event("start")
    try await MonotonicClock.sleep(until: MonotonicClock.seconds + seconds)
  }

  /// Waits until more pictures have been captured.
  func capturesMore() async throws {
    let start = program.outputLength
    let first = try await captured(after: start) { _ in true }
    _ = try await captured(after: start) { $0 > first + 1 }
  }

  /// Waits for an event after the first `start` bytes of output whose number of captured pictures satisfies `isEnough`.
  private func captured(after start: Int, _ isEnough: @escaping @Sendable (Int) -> Bool) async throws -> Int {
    let frames = { @Sendable (line: String) in (try? JSON(parsing: line))?["framesCaptured"].int }
    let line = try await program.line(after: start, within: .seconds(30)) { frames($0).map(isEnough) ?? false }
    return frames(line) ?? 0
  }

  /// Waits for the end.
  func finished(within limit: Duration = .seconds(20)) async throws -> Recording {
    let exit = try await program.exit(within: limit)
    return Recording(
      file: file, events: events, exit: exit, errorOutput: program.errorOutput, folder: folder)
  }

  /// Ends it by a signal.
  func stop(_ signal: Int32) async throws -> Recording {
    program.signal(signal)
    return try await finished()
  }
}
