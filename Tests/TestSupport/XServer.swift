package import Foundation
import Glibc

/// A separate Xvfb, on a display number that it picks itself.
package final class XServer: Sendable {
  /// The number: 7 of display ":7".
  package let number: Int
  package let width: Int
  package let height: Int
  private let program: Program
  private let cleanup: Cleanup.Token

  /// The value of `DISPLAY`: ":7".
  package var display: String { ":\(number)" }
  package var pid: pid_t { program.pid }
  package var isRunning: Bool { program.isRunning }
  /// CPU seconds the server has used so far.
  package var cpuSeconds: Double { program.resourceUse.cpuSeconds }

  /// Starts the server and waits until it accepts clients.
  /// - Parameters:
  ///   - arguments: more options of Xvfb, such as `["-extension", "DAMAGE"]`.
  ///   - wrapper: a command that executes Xvfb, such as `["unshare", "--ipc"]`.
  package init(
    width: Int = 640, height: Int = 480, depth: Int = 24, arguments: [String] = [], wrapper: [String] = []
  ) async throws {
    let command = wrapper + ["Xvfb", "-screen", "0", "\(width)x\(height)x\(depth)"] + arguments
    let (program, number) = try await Self.start(command)
    self.width = width
    self.height = height
    self.number = number
    self.program = program
    cleanup = Cleanup.add { unlink("/tmp/.X11-unix/X\(number)") }
  }

  deinit {
    Cleanup.remove(cleanup)
    if program.isRunning {
      program.kill()
      Self.removeSocket(of: number)
    }
  }

  /// Starts any X server on a free display, and waits until it accepts clients.
  /// - Parameter command: the server with its own arguments.
  /// - Returns: the program, and the display's number.
  package static func start(
    _ command: [String], environment: [String: String] = [:]
  ) async throws -> (program: Program, number: Int) {
    let pipe = try Descriptor.pipe()
    // A server that resets when its last client disconnects can lose the signal that asks it to end.
    let options = ["-displayfd", "3", "-nolisten", "tcp", "-noreset"]
    let program = try Program(
      command[0], command.dropFirst() + options, environment: environment, descriptors: [3: pipe.writing])
    pipe.writing.close()
    let answer = Watched(CollectedOutput())
    CollectedOutput.collect(from: pipe.reading, into: answer)
    let text = try await answer.first("the display number of \(command[0])", within: .seconds(30)) { answer in
      answer.text.hasSuffix("\n") || answer.hasEnded ? answer.text : nil
    }
    guard let number = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw HarnessError("\(command[0]) did not start: \(program.errorOutput)")
    }
    return (program, number)
  }

  /// Ends the server, like a crash if `signal` is SIGKILL.
  package func stop(_ signal: Int32 = SIGTERM) async throws {
    try await program.stop(signal)
    Self.removeSocket(of: number)
  }

  /// Removes the socket file: with `-displayfd` Xvfb keeps no lock file and leaves the socket behind.
  ///
  /// If another server has taken the number meanwhile, the socket answers and stays.
  private static func removeSocket(of number: Int) {
    let path = "/tmp/.X11-unix/X\(number)"
    if (try? Descriptor.connected(toSocketAt: path)) == nil { unlink(path) }
  }
}
