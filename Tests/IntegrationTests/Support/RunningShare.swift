import Harness

/// A running `oriel share` of a desktop, with its events.
struct RunningShare {
  let program: Program
  /// The link for viewers.
  let url: String

  /// Starts the share, and waits until viewers can join.
  /// - Parameter network: the network namespace to run in; nil for this process's own.
  init(
    _ desktop: Desktop, _ options: [String], environment: [String: String] = [:], in network: NetworkNamespace? = nil
  ) async throws {
    let command = (network?.wrapper ?? []) + [try Executables.product("oriel"), "share", "--display", desktop.display]
    program = try Program(command[0], command.dropFirst() + ["--json"] + options, environment: environment)
    let ready = try JSON(
      parsing: try await program.line(within: .seconds(20)) { Events.name(ofLine: $0) == "ready" })
    url = ready["url"].string ?? ""
  }

  /// Waits for statistics after `time` with this number of viewers.
  func statistics(viewers: Int, after time: Double = 0) async throws -> JSON {
    let line = try await program.line(within: .seconds(30)) { line in
      guard let event = try? JSON(parsing: line), event["event"] == "stats" else { return false }
      return event["viewers"].int == viewers && (event["timeSeconds"].number ?? 0) > time
    }
    return try JSON(parsing: line)
  }

  /// The time of the last statistics, in seconds since the share began.
  var time: Double { Events.parse(program.output).last { $0["event"] == "stats" }?["timeSeconds"].number ?? 0 }

  /// The states of viewers so far, in their order.
  var viewerStates: [String] {
    Events.parse(program.output).filter { $0["event"] == "viewer" }.compactMap { $0["state"].string }
  }

  /// Waits for `count` viewer events with this state.
  func viewers(_ state: String, count: Int = 1, within limit: Double = 30) async throws {
    try await eventually("\(count) viewers \(state)", within: limit) {
      viewerStates.count { $0 == state } >= count
    }
  }

  /// Runs `body`, and adds the command's output to an error that it throws.
  func explaining<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch {
      let said = program.output.split(separator: "\n").filter { !$0.contains(#""event":"stats""#) }.suffix(30)
      throw HarnessError("\(error)\n\(said.joined(separator: "\n"))\n\(program.errorOutput)")
    }
  }

  func stop() async throws { _ = try await program.stop(within: .seconds(10)) }
}
