import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension FaultTests {
  /// Events and messages that are not read.
  @Suite(.timeLimit(.minutes(2))) struct UnreadOutputTests {
    private let folder: TemporaryDirectory
    private let desktop: Desktop

    init() async throws {
      folder = try TemporaryDirectory()
      desktop = try await Desktop(.typing)
    }

    /// - Parameter redirection: the shell's redirection to the pipe, descriptor 3.
    private func record(_ name: String, _ options: [String], into pipe: FullPipe, _ redirection: String) throws
      -> Program
    {
      let oriel = try Executables.product("oriel")
      let arguments = ["record", folder.file(name).path, "--display", desktop.display] + options
      let program = try Program(
        "sh", ["-c", "exec \"$@\" \(redirection) 3>&-", "sh", oriel] + arguments, descriptors: [3: pipe.writing])
      pipe.writing.close()
      return program
    }

    @Test(arguments: [true, false])
    func `a full, unread pipe of events delays neither --duration nor SIGTERM`(isBlocking: Bool) async throws {
      let timed = try record(
        "a.webm", ["--json", "--duration", "1"], into: try FullPipe(isBlocking: isBlocking), ">&3")
      #expect(try await timed.exit(within: .seconds(15)).status == 0)
      #expect(try await Playback.expect(folder.file("a.webm")).hasIndex)

      let signalled = try record("b.webm", ["--json"], into: try FullPipe(isBlocking: isBlocking), ">&3")
      try await grown("b.webm")
      let start = MonotonicClock.seconds
      signalled.signal(SIGTERM)
      #expect(try await signalled.exit(within: .seconds(15)).status == 0)
      // A second for the last event, and four for a busy machine.
      #expect(MonotonicClock.seconds - start < 5)
      #expect(try await Playback.expect(folder.file("b.webm")).hasIndex)
    }

    @Test(arguments: [true, false])
    func `events that are read late are whole lines, and the last is stop`(isBlocking: Bool) async throws {
      let pipe = try FullPipe(isBlocking: isBlocking)
      let program = try record("a.webm", ["--json"], into: pipe, ">&3")
      try await grown("a.webm")
      program.signal(SIGINT)
      let text = pipe.readToEnd()
      #expect(text.hasSuffix("}\n"))
      let events = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
      #expect(events.last?["event"] == "stop")
      #expect(events.last?["reason"] == "signal")
      #expect(try await program.exit().status == 0)
    }

    @Test func `a full pipe on standard error does not delay SIGINT`() async throws {
      let program = try record("a.webm", ["--exclude", "nothing like that"], into: try FullPipe(), "2>&3")
      try await grown("a.webm")
      program.signal(SIGINT)
      #expect(try await program.exit(within: .seconds(15)).status == 0)
      #expect(try await Playback.expect(folder.file("a.webm")).hasIndex)
    }

    /// Waits until the recording is under way.
    private func grown(_ name: String) async throws {
      let path = folder.file(name).path
      try await eventually("pictures in \(name)") {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 2000
      }
    }
  }
}
