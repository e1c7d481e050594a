import Foundation
import Harness

/// One run of `oriel` to its end.
struct Command: Sendable {
  let status: Int32?
  let output: String
  let errors: String

  static func run(
    _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil
  ) async throws -> Command {
    let program = try Program(
      Executables.product("oriel"), arguments, environment: environment, directory: directory)
    let exit = try await program.exit(within: .seconds(15))
    return Command(status: exit.status, output: program.output, errors: program.errorOutput)
  }
}
