import Foundation
import Harness

/// A running `oriel record --json`.
final class Recorder: Sendable {
  let program: Program
  private let eventsOnStandardError: Bool

  /// - Parameters:
  ///   - file: a path, or "-".
  ///   - options: more options of `record`.
  ///   - wrapper: a command that runs the recorder, such as `["nice", "-n", "19"]`.
  init(
    _ file: String, display: String, _ options: [String] = [], wrapper: [String] = [],
    environment: [String: String] = [:]
  ) throws {
    let oriel = try Executables.product("oriel")
    let command = wrapper + [oriel, "record", file, "--display", display, "--json"] + options
    eventsOnStandardError = file == "-"
    program = try Program(
      command[0], Array(command.dropFirst()), environment: environment,
      output: file == "-" ? .streamed : .collected)
  }

  /// The events so far.
  var events: [JSON] {
    (eventsOnStandardError ? program.errorOutput : program.output)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .compactMap { try? JSON(parsing: String($0)) }
  }

  /// Waits for an event on standard output.
  @discardableResult
  func event(
    _ name: String, within limit: Duration = .seconds(15),
    where matches: @escaping @Sendable (JSON) -> Bool = { _ in true }
  ) async throws -> JSON {
    let line = try await program.line(within: limit) { line in
      guard let event = try? JSON(parsing: line) else { return false }
      return event["event"].string == name && matches(event)
    }
    return try JSON(parsing: line)
  }

  /// Waits for a progress event with at least `count` captured pictures.
  func captured(_ count: Int) async throws {
    try await event("progress", within: .seconds(30)) { $0["framesCaptured"].int ?? 0 >= count }
  }

  /// Sends SIGINT and waits for the end.
  func interrupt(within limit: Duration = .seconds(20)) async throws -> Ended {
    program.signal(SIGINT)
    return try await ended(within: limit)
  }

  /// Waits for the end.
  func ended(within limit: Duration = .seconds(30)) async throws -> Ended {
    let exit = try await program.exit(within: limit)
    return Ended(exit: exit, events: events, errors: program.errorOutput)
  }

  /// The result of a finished recording.
  struct Ended: Sendable {
    let exit: ProgramExit
    let events: [JSON]
    let errors: String

    var status: Int32? { exit.status }
    var stop: JSON { events.last ?? .null }
    var progress: [JSON] { events.filter { $0["event"] == "progress" } }
    var error: JSON { events.first { $0["event"] == "error" } ?? .null }
    var warnings: [JSON] { events.filter { $0["event"] == "warning" } }
    var warningCodes: [String] { warnings.compactMap { $0["code"].string } }
  }
}
