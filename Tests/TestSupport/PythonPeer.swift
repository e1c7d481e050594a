package import Foundation
internal import Glibc

/// A Python program that tests talk to: a script of `Tests/Peers`, run in the environment that `.ci/python` makes of a
/// list of packages there.
package enum PythonPeer {
  /// Whether a list's environment has been made.
  package static func hasEnvironment(_ name: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: python(of: name))
  }

  /// Starts a script.
  /// - Parameters:
  ///   - script: its name without `.py`.
  ///   - environment: the list's name, such as `socketio-5`; nil for Debian's own Python with Debian's packages.
  ///   - input: its standard input; nil for an empty one.
  /// - Throws: `HarnessError` if the environment has not been made.
  package static func start(
    _ script: String, _ arguments: [String] = [], in environment: String?, input: Descriptor? = nil
  ) throws -> Program {
    let python = python(of: environment)
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw HarnessError("\(python): not there; run .ci/python first")
    }
    let path = file("\(script).py").path
    return try Program(
      python, ["-u", path] + arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"],
      descriptors: input.map { [STDIN_FILENO: $0] } ?? [:])
  }

  /// A file of `Tests/Peers`.
  package static func file(_ name: String) -> URL { root.appending(path: "Tests/Peers/\(name)") }

  private static func python(of environment: String?) -> String {
    environment.map { root.appending(path: ".build-python/\($0)/bin/python").path } ?? "/usr/bin/python3"
  }

  private static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  /// Runs a script to its end.
  /// - Returns: its standard output.
  /// - Throws: `HarnessError`, with its standard error if it fails, or if it still runs after `limit`.
  @discardableResult
  package static func run(
    _ script: String, _ arguments: [String] = [], in environment: String, within limit: Duration = .seconds(60)
  ) async throws -> String {
    let program = try start(script, arguments, in: environment)
    let exit = try await program.exit(within: limit)
    guard exit.status == 0 else { throw HarnessError("\(script).py: \(exit.reason)\n\(program.errorOutput)") }
    return program.output
  }
}
