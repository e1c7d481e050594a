import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct JobControlTests {
    @Test(arguments: ["dash -i", "bash --norc -i"])
    func `Ctrl-Z restores the terminal, and after fg single keys work at once`(shell: String) async throws {
      let server = try await XServer(width: 320, height: 240)
      let session = try TerminalSession(shell: shell, on: server.display)
      try session.type("$O record $F\n")
      try await eventually("the recording") { session.program.output.contains("p pauses") }
      #expect(try await session.settings().contains(" -icanon"))
      try session.type("\u{1a}")
      try await eventually("the stop") { session.program.output.contains("Stopped") }
      // The mode that a program gets from the shell, which may edit its lines in another one.
      try session.type("stty -a; echo \"mode\" told\n")
      try await eventually("the mode") { session.program.output.contains("mode told") }
      let shown = session.program.output.components(separatedBy: "Stopped").last ?? ""
      #expect(shown.contains(" icanon") && shown.contains(" echo "), "\(shown)")
      try await resume(session)
      try session.type("p")
      try await eventually("the pause") { session.program.output.contains("\u{1b}[Kpaused ") }
      try await quit(session)
    }

    @Test(arguments: ["dash -i", "bash --norc -i"])
    func `a recording that was started in the background reads keys after fg`(shell: String) async throws {
      let server = try await XServer(width: 320, height: 240)
      let session = try TerminalSession(shell: shell, on: server.display)
      try session.type("$O record $F &\n")
      try await eventually("the recording") { session.program.output.contains("Recording desktop") }
      #expect(!session.program.output.contains("p pauses"))
      try await resume(session)
      try await quit(session)
    }

    private func resume(_ session: TerminalSession) async throws {
      try session.type("fg; echo \"status\" $?\n")
      try await eventually("the keys") {
        let settings = try await session.settings()
        return settings.contains(" -icanon") && settings.contains(" -echo ")
          && session.program.output.contains("\u{1b}[K0:")
      }
    }

    private func quit(_ session: TerminalSession) async throws {
      try session.type("q")
      try await eventually("the end") { session.program.output.contains("status 0") }
      #expect(try WebMFile(session.file).isSeekable)
      try session.type("exit\n")
      try await session.program.exit()
    }
  }
}
