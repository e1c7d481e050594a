import Foundation
import Scenes
import Testing

@Suite struct CommandTests {
  private let log = FileManager.default.temporaryDirectory.appendingPathComponent("scenes-\(UUID().uuidString).log")

  /// Starts `oriel-scenes`, which lies beside the tests.
  private func start(_ arguments: String...) throws -> ChildProcess {
    let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    return try ChildProcess(folder.appendingPathComponent("oriel-scenes").path, arguments)
  }

  @Test func `wrong usage ends with status 64`() throws {
    #expect(try start().wait() == 64)
    #expect(try start("nowhere").wait() == 64)
    #expect(try start("still", "--fps", "0").wait() == 64)
    #expect(try start("still", "--duration=-1").wait() == 64)
  }

  @Test func `a display that cannot be opened ends with status 69 and one sentence`() throws {
    let process = try start("still", "--display", ":59999")
    #expect(
      process.readErrors() == "oriel-scenes: The X display :59999 cannot be opened: is an X server running there?\n")
    #expect(process.wait() == 69)
  }

  @Test func `a log that cannot be created ends with status 73 and one sentence`() throws {
    let process = try start("still", "--display", ":59999", "--log", "/nowhere/steps")
    #expect(
      process.readErrors() == "oriel-scenes: The log /nowhere/steps cannot be written: No such file or directory.\n")
    #expect(process.wait() == 73)
  }

  @Test func `it says ready when the scene is up, logs each step, keeps the last picture and ends by SIGTERM`() throws {
    let display = try VirtualDisplay(width: 320, height: 240)
    defer { try? FileManager.default.removeItem(at: log) }
    let process = try start(
      "test-card", "--display", display.name, "--ready", "--log", log.path, "--stop-after", "0")
    #expect(process.readLine() == "ready")
    // No step follows the first draw, so what is on the screen is what the log's only line says.
    let shot = try Screenshot(display: display.name)
    let shown = try #require(Barcode.decode(shot.luma, of: .testCard, screen: shot.size))
    #expect(try String(contentsOf: log, encoding: .utf8) == "{\"step\":0,\"ms\":\(shown)}\n")
    #expect(process.isRunning)
    process.end()
    #expect(process.wait() == 0)
  }

  @Test func `it ends by itself after its duration, with the steps that fit`() throws {
    let display = try VirtualDisplay(width: 320, height: 240)
    defer { try? FileManager.default.removeItem(at: log) }
    let process = try start(
      "test-card", "--display", display.name, "--duration", "0.5", "--fps", "20", "--log", log.path)
    #expect(process.wait() == 0)
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 1 && lines.count <= 10)
  }

  @Test func `an X server that goes away ends it with status 69 and one sentence`() throws {
    var display: VirtualDisplay? = try VirtualDisplay(width: 320, height: 240)
    let name = try #require(display?.name)
    let process = try start("typing", "--display", name, "--ready")
    #expect(process.readLine() == "ready")
    display = nil
    #expect(process.readErrors() == "oriel-scenes: The X display \(name) went away.\n")
    #expect(process.wait() == 69)
  }
}
