import Foundation
import TestSupport

/// The window manager i3 on a test's X server. Killed with this value.
struct I3 {
  private let program: Program
  private let folder: TemporaryDirectory
  private let socket: String

  init(_ server: XServer) throws {
    folder = try TemporaryDirectory()
    socket = folder.file("socket").path
    let configuration = folder.file("config")
    try "font pango:monospace 8\nipc-socket \(socket)\n".write(to: configuration, atomically: true, encoding: .utf8)
    program = try Program("i3", ["-c", configuration.path], environment: ["DISPLAY": server.display])
  }

  /// Sends a command, such as `workspace 2`, until i3 has executed it.
  func command(_ text: String) async throws {
    try await eventually("i3's answer to \(text)", within: 30) {
      (try? await Program.run("i3-msg", ["-s", socket, text]))?.contains("true") == true
    }
  }

  func stop() { program.kill() }
}
