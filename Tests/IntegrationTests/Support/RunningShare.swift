import Harness

/// `oriel share` of a desktop while it runs, with its events.
struct RunningShare {
  let program: Program
  /// What viewers open.
  let url: String

  /// Starts the share, and waits until viewers can come.
  init(_ desktop: Desktop, _ options: [String], environment: [String: String] = [:]) async throws {
    program = try Program(
      Executables.product("oriel"), ["share", "--display", desktop.display, "--json"] + options,
      environment: environment)
    let ready = try JSON(
      parsing: try await program.line(within: .seconds(20)) { Events.name(ofLine: $0) == "ready" })
    url = ready["url"].string ?? ""
  }

  /// The statistics of a second after `time` in which so many watched.
  func statistics(viewers: Int, after time: Double = 0) async throws -> JSON {
    let line = try await program.line(within: .seconds(30)) { line in
      guard let event = try? JSON(parsing: line), event["event"] == "stats" else { return false }
      return event["viewers"].int == viewers && (event["timeSeconds"].number ?? 0) > time
    }
    return try JSON(parsing: line)
  }

  /// How long the share has gone on at its last statistics, in seconds.
  var time: Double { Events.parse(program.output).last { $0["event"] == "stats" }?["timeSeconds"].number ?? 0 }

  /// The states of viewers so far, in their order.
  var viewerStates: [String] {
    Events.parse(program.output).filter { $0["event"] == "viewer" }.compactMap { $0["state"].string }
  }

  func stop() async throws { _ = try await program.stop(within: .seconds(10)) }
}
