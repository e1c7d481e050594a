internal import Foundation

/// A Python program that tests talk to: a script of `Tests/Peers`, run in the environment that `.ci/python` makes of a
/// list of packages there.
public enum PythonPeer {
  /// Starts a script.
  /// - Parameters:
  ///   - script: its name without `.py`.
  ///   - environment: the list's name, such as `socketio-5`.
  /// - Throws: `HarnessError` when the environment has not been made.
  public static func start(_ script: String, _ arguments: [String] = [], in environment: String) throws -> Program {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let python = root.appending(path: ".build-python/\(environment)/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw HarnessError("\(python): not there; run .ci/python first")
    }
    let path = root.appending(path: "Tests/Peers/\(script).py").path
    return try Program(python, ["-u", path] + arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"])
  }

  /// Runs a script to its end.
  /// - Returns: what it wrote to its standard output.
  /// - Throws: `HarnessError` with its standard error when it fails or runs on after `limit`.
  @discardableResult
  public static func run(
    _ script: String, _ arguments: [String] = [], in environment: String, within limit: Duration = .seconds(60)
  ) async throws -> String {
    let program = try start(script, arguments, in: environment)
    let exit = try await program.exit(within: limit)
    guard exit.status == 0 else { throw HarnessError("\(script).py: \(exit.reason)\n\(program.errorOutput)") }
    return program.output
  }
}
