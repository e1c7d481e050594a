import Foundation
import Harness

/// One run of `oriel` to its end.
struct Oriel: Sendable {
  let status: Int32?
  let output: String
  let errors: String
  let cpuSeconds: Double

  /// - Parameter memory: the address space it may use, in megabytes.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil, memory: Int? = nil
  ) async throws -> Oriel {
    let oriel = try Executables.product("oriel")
    let program =
      if let memory {
        try Program(
          "sh", ["-c", "ulimit -v \(memory * 1024); exec \"$@\"", "sh", oriel] + arguments,
          environment: environment, directory: directory)
      } else {
        try Program(oriel, arguments, environment: environment, directory: directory)
      }
    let exit = try await program.exit(within: .seconds(30))
    return Oriel(
      status: exit.status, output: program.output, errors: program.errorOutput, cpuSeconds: exit.cpuSeconds)
  }
}
