import Foundation
import Scenes
import TestSupport
import Testing

@Suite struct CommandTests {
  private let folder: TemporaryDirectory
  private var log: URL { folder.file("steps") }

  init() throws { folder = try TemporaryDirectory() }

  /// Starts `oriel-scenes` of the same build as the tests.
  private func start(_ arguments: String...) throws -> Program {
    try Program(Executables.builtProducts.appending(path: "oriel-scenes").path, arguments)
  }

  @Test func `wrong usage exits with status 64`() async throws {
    #expect(try await start().exit().status == 64)
    #expect(try await start("nowhere").exit().status == 64)
    #expect(try await start("still", "--fps", "0").exit().status == 64)
    #expect(try await start("still", "--duration=-1").exit().status == 64)
  }

  @Test func `a display that cannot be opened exits with status 69 and a one-sentence error`() async throws {
    let program = try start("still", "--display", ":59999")
    #expect(try await program.exit().status == 69)
    #expect(
      program.errorOutput == "oriel-scenes: The X display :59999 cannot be opened: is an X server running there?\n")
  }

  @Test func `a log that cannot be created exits with status 73 and a one-sentence error`() async throws {
    let program = try start("still", "--display", ":59999", "--log", "/nowhere/steps")
    #expect(try await program.exit().status == 73)
    #expect(
      program.errorOutput == "oriel-scenes: The log /nowhere/steps cannot be written: No such file or directory.\n")
  }

  @Test func `the scene prints ready, logs its step, keeps the last picture and exits on SIGTERM`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try start(
      "test-card", "--display", server.display, "--ready", "--log", log.path, "--stop-after", "0")
    try await program.line { $0 == "ready" }
    #expect(program.output == "ready\n")
    // No step follows the first one, so the screen shows the barcode of the log's only line.
    let shot = try Screenshot(display: server.display)
    let shown = try #require(Barcode.decode(shot.luma, of: .testCard, screen: shot.size))
    #expect(try String(contentsOf: log, encoding: .utf8) == "{\"step\":0,\"ms\":\(shown)}\n")
    #expect(program.isRunning)
    #expect(try await program.stop(within: .seconds(30)).status == 0)
  }

  @Test func `the scene exits after its duration, having logged the steps that fit`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try start(
      "test-card", "--display", server.display, "--duration", "0.5", "--fps", "20", "--log", log.path)
    #expect(try await program.exit(within: .seconds(30)).status == 0)
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 1 && lines.count <= 10)
  }

  @Test func `a lost X server exits with status 69 and a one-sentence error`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try start("typing", "--display", server.display, "--ready")
    try await program.line { $0 == "ready" }
    try await server.stop()
    #expect(try await program.exit().status == 69)
    #expect(program.errorOutput == "oriel-scenes: The X display \(server.display) went away.\n")
  }
}
