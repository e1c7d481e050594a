import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension FaultTests {
  /// X servers that are stopped: connected, but not answering.
  @Suite(.timeLimit(.minutes(1))) struct StandstillTests {
    private let folder: TemporaryDirectory
    private let server: XServer

    init() async throws {
      folder = try TemporaryDirectory()
      server = try await XServer(width: 320, height: 240)
    }

    private func record(_ options: [String]) throws -> Program {
      try Program(
        Executables.product("oriel"), ["record", folder.file("a.webm").path, "--display", server.display] + options)
    }

    @Test func `SIGINT ends a recording of a stopped X server within five seconds`() async throws {
      let program = try record([])
      try await eventually("the recording") { program.errorOutput.contains("Recording desktop") }
      #expect(kill(server.pid, SIGSTOP) == 0)
      defer { kill(server.pid, SIGCONT) }
      let signalled = MonotonicClock.seconds
      program.signal(SIGINT)
      #expect(try await program.exit(within: .seconds(20)).status == 0)
      #expect(MonotonicClock.seconds - signalled < 5)
      #expect(try await Playback.expect(folder.file("a.webm")).hasIndex)
    }

    @Test func `SIGTERM before the first picture leaves no file, ends with 69 and a message`() async throws {
      // The recording does not begin until the ledger is read.
      let ledger = folder.file("ledger").path
      #expect(mkfifo(ledger, 0o600) == 0)
      let program = try record(["--ledger", ledger])
      try await eventually("the wait") { program.errorOutput.contains("Waiting until something reads") }
      #expect(kill(server.pid, SIGSTOP) == 0)
      defer { kill(server.pid, SIGCONT) }
      let reader = try Program("cat", [ledger])
      try await eventually("the file") { FileManager.default.fileExists(atPath: folder.file("a.webm").path) }
      program.signal(SIGTERM)
      #expect(try await program.exit(within: .seconds(20)).status == 69)
      #expect(program.errorOutput.hasSuffix("oriel: nothing was recorded: it ended before the first picture\n"))
      #expect(!FileManager.default.fileExists(atPath: folder.file("a.webm").path))
      try await reader.exit()
    }
  }
}
