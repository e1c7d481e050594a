import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct TerminalTests {
    @Test func `p pauses and resumes, q stops, and the terminal is restored`() async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(on: desktop.display, ["--json"])
      try await session.program.line { Events.name(ofLine: $0) == "start" }
      let raw = try await session.settings()
      #expect(raw.contains(" -icanon") && raw.contains(" -echo "))
      #expect(raw.contains(" isig"))
      try session.type("p")
      try await session.program.line { Events.name(ofLine: $0) == "paused" }
      try session.type("xp")
      try await session.program.line { Events.name(ofLine: $0) == "resumed" }
      try await session.program.line { Events.name(ofLine: $0) == "progress" }
      try session.type("q")
      #expect(try await session.finished() == 0)
      let stop = try #require(Events.parse(session.program.output).last { $0["event"] == "stop" })
      #expect(stop["reason"] == "key")
      try await session.expectRestored()
      try await Players.expectAccepted(session.file, frames: try #require(stop["framesEncoded"].int))
    }

    @Test(arguments: [20, 33]) func `the live line fits a narrow terminal`(columns: Int) async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(on: desktop.display, columns: columns)
      try await eventually("the live line") { session.program.output.contains("\u{1b}[K0:01  ") }
      try session.type("mpq")
      #expect(try await session.finished() == 0)
      let shown = session.program.output.components(separatedBy: "\r\u{1b}[K").dropFirst().dropLast()
        .compactMap { $0.split(separator: "\n").first }
      #expect(shown.contains { $0.hasPrefix("0:01  ") })
      for line in shown { #expect(line.count <= columns, "\(line)") }
    }

    @Test func `a share's messages are wrapped between words at the terminal's width`() async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(sharing: desktop.display, ["--listen", "127.0.0.1:0"], columns: 40)
      try await eventually("the live line") { session.program.output.contains("\u{1b}[K0:01  ") }
      try session.type("?")
      try await session.program.line { $0.hasSuffix("p  pause or resume: viewers see black") }
      try await session.program.line { $0.hasPrefix("   and hear nothing") }
      try session.type("q")
      #expect(try await session.finished() == 0)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func `after a signal the terminal is restored`(signal: Int32) async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(on: desktop.display, ["--json"])
      try await session.program.line { Events.name(ofLine: $0) == "start" }
      #expect(try await session.settings().contains(" -icanon"))
      let line = try await session.program.line { $0.hasPrefix("pid ") }
      kill(try #require(pid_t(line.dropFirst(4))), signal)
      #expect(try await session.finished() == 0)
      try await session.expectRestored()
    }

    @Test func `after a failure the terminal is restored`() async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(on: desktop.display, ["--json"])
      try await session.program.line { Events.name(ofLine: $0) == "start" }
      try await desktop.server.stop(SIGKILL)
      #expect(try await session.finished() == 69)
      try await session.expectRestored()
    }

    @Test func `Ctrl-C on the terminal finishes the file, and one live line shows the progress`() async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(on: desktop.display)
      try await eventually("the live line") { session.program.output.contains("\u{1b}[K0:01") }
      try session.type("\u{3}")
      #expect(try await session.finished() == 0)
      try await session.expectRestored()
      #expect(session.program.output.contains(" fps  "))
      #expect(session.program.output.contains(" dropped"))
      #expect(try WebMFile(session.file).isSeekable)
    }

    @Test func `a recording in the background of a terminal does not change the terminal`() async throws {
      let desktop = try await Desktop(.testCard)
      let session = try TerminalSession(on: desktop.display, ["--json", "--duration", "1"], background: true)
      try await session.program.line { Events.name(ofLine: $0) == "start" }
      #expect(try await session.settings().contains(" icanon"))
      #expect(try await session.finished() == 0)
      try await session.expectRestored()
      #expect(try WebMFile(session.file).isSeekable)
    }
  }
}
