import Foundation
package import Glibc
package import Scenes

/// A scene, drawn by `oriel-scenes` until this object is released.
package final class Scene: Sendable {
  package let name: SceneName
  package let pid: pid_t
  /// When this process was notified of the first drawing, CLOCK_MONOTONIC in seconds.
  package let ready: Double
  private let program: Program
  private let folder: TemporaryDirectory
  private var logFile: URL { folder.file("steps") }

  /// Starts the scene and waits until its first drawing is on the screen.
  /// - Parameters:
  ///   - stopAfter: seconds until motion stops and the picture stays; never when nil.
  ///   - arguments: more options of `oriel-scenes`.
  ///   - environment: added to this process's own, such as a `PulseServer`'s.
  ///   - executable: the path of `oriel-scenes`; when nil, that of this build.
  package init(
    _ name: SceneName, on display: String, seed: UInt64 = 1, fps: Int = 30, stopAfter: Double? = nil,
    arguments more: [String] = [], environment: [String: String] = [:], executable: String? = nil
  ) async throws {
    let folder = try TemporaryDirectory()
    var arguments = [name.rawValue, "--display", display, "--seed", "\(seed)", "--fps", "\(fps)", "--ready"]
    arguments += ["--log", folder.file("steps").path]
    if let stopAfter { arguments += ["--stop-after", "\(stopAfter)"] }
    let program = try Program(
      try executable ?? Executables.product("oriel-scenes"), arguments + more, environment: environment)
    try await program.line(within: .seconds(15)) { $0 == "ready" }
    ready = MonotonicClock.seconds
    self.name = name
    self.program = program
    self.folder = folder
    pid = program.pid
  }

  /// The steps drawn so far.
  package var steps: [SceneStep] {
    get throws {
      let text = try String(contentsOf: logFile, encoding: .utf8)
      // The last line may be incomplete.
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
        guard let entry = try? JSON(parsing: String(line)), let step = entry["step"].int,
          let milliseconds = entry["ms"].int
        else { return nil }
        return SceneStep(step: step, milliseconds: UInt32(truncatingIfNeeded: milliseconds))
      }
    }
  }

  /// When each beep played so far left the sink, CLOCK_MONOTONIC in seconds, by the beep's number.
  package var beeps: [Int: Double] {
    get throws {
      let text = try String(contentsOf: logFile, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      let entries = lines.compactMap { try? JSON(parsing: String($0)) }
      return entries.reduce(into: [:]) { beeps, entry in
        if let number = entry["beep"].int, let time = entry["ns"].number { beeps[number] = time / 1e9 }
      }
    }
  }

  /// Ends the scene; its windows are destroyed.
  package func stop() async throws {
    try await program.stop()
  }
}
