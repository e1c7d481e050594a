import Foundation
import Harness

/// A running `oriel share --json` of a desktop.
struct SharedDesktop: Sendable {
  let program: Program

  /// - Parameter network: where it runs; nil for this process's own.
  init(_ desktop: Desktop, _ arguments: [String], in network: NetworkNamespace? = nil) throws {
    let command =
      (network?.wrapper ?? []) + [try Executables.product("oriel"), "share", "--display", desktop.display, "--json"]
      + arguments
    program = try Program(command[0], Array(command.dropFirst()))
  }

  /// What viewers open.
  var url: String {
    get async throws {
      let ready = try await program.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      return try JSON(parsing: ready)["url"].string ?? ""
    }
  }

  var events: [JSON] { Events.parse(program.output) }

  /// Waits until it has told of a viewer in this state so often.
  func viewers(_ state: String, count: Int = 1, within limit: Double = 30) async throws {
    try await Condition.wait("\(count) viewers \(state)", within: limit) {
      events.count { $0["event"] == "viewer" && $0["state"] == .string(state) } >= count
    }
  }

  /// Does something, and adds what the command has said where that fails.
  func explaining<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch {
      throw HarnessError("\(error)\n\(program.output.suffix(2000))\n\(program.errorOutput)")
    }
  }

  func stop() async throws { try await program.stop() }
}
