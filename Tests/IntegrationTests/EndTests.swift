import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// A command ends by signals and by nothing else.
  @Suite(.timeLimit(.minutes(1))) struct EndTests {
    private let folder: TemporaryDirectory
    private let server: XServer

    init() async throws {
      folder = try TemporaryDirectory()
      server = try await XServer(width: 320, height: 240)
    }

    private func start(_ wrapper: [String] = [], _ arguments: [String]) throws -> Program {
      let command = wrapper + [try Executables.product("oriel")] + arguments
      return try Program(command[0], Array(command.dropFirst()), environment: ["DISPLAY": server.display])
    }

    @Test(arguments: [
      ["record", "a.webm"], ["share", "--listen", "127.0.0.1:0"], ["serve", "--listen", "127.0.0.1:0"],
    ])
    func `under nohup SIGHUP is ignored, and SIGINT and SIGTERM end the command`(_ arguments: [String]) async throws {
      let arguments = arguments.map { $0 == "a.webm" ? folder.file($0).path : $0 }
      // SIGINT is ignored as well, as in the background of a script.
      let program = try start(["sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh"], arguments + ["--json"])
      try await program.line { ["start", "ready"].contains(Events.name(ofLine: $0)) }
      program.signal(SIGHUP)
      if arguments[0] == "record" {
        // After the SIGHUP.
        try await program.line { Events.name(ofLine: $0) == "progress" }
        try await eventually("another second") {
          Events.parse(program.output).count { $0["event"] == "progress" } >= 2
        }
      }
      #expect(program.isRunning)
      program.signal(SIGINT)
      #expect(try await program.exit().status == 0)
      #expect(Events.parse(program.output).last?["reason"] == "signal")
    }

    @Test(arguments: [
      ["record", "f"], ["record", "a.webm", "--ledger", "f"], ["share", "--record", "f"], ["snapshot", "f"],
    ])
    func `a command waits for the reader of a named pipe until a signal, and then says so`(
      _ arguments: [String]
    ) async throws {
      let pipe = folder.file("f").path
      #expect(mkfifo(pipe, 0o600) == 0)
      let program = try start([], arguments.map { $0 == "f" || $0 == "a.webm" ? folder.file($0).path : $0 })
      try await eventually("the wait") { program.errorOutput.contains("Waiting until something reads the pipe") }
      let told = MonotonicClock.seconds
      program.signal(SIGTERM)
      #expect(try await program.exit().status == 69)
      #expect(MonotonicClock.seconds - told < 4)
      #expect(program.errorOutput.contains("oriel: nothing read the pipe \(pipe) before it was interrupted"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["f"])
    }

    @Test func `a link to a named pipe without a reader delays no signal, with or without --force`() async throws {
      let (pipe, link) = (folder.file("f"), folder.file("l"))
      #expect(mkfifo(pipe.path, 0o600) == 0)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: pipe)
      let program = try start([], ["record", link.path, "--force"])
      try await eventually("the wait") { program.errorOutput.contains("Waiting until something reads the pipe") }
      program.signal(SIGTERM)
      #expect(try await program.exit().status == 69)
    }

    @Test func `a late reader of a named pipe gets the whole recording`() async throws {
      let pipe = folder.file("f").path
      #expect(mkfifo(pipe, 0o600) == 0)
      let program = try start([], ["record", pipe, "--duration", "1"])
      try await eventually("the wait") { program.errorOutput.contains("Waiting until something reads the pipe") }
      try await Program.run("sh", ["-c", "cat \"$0\" > \"$1\"", pipe, folder.file("a.webm").path])
      #expect(try await program.exit().status == 0)
      let file = try WebMFile(folder.file("a.webm"))
      #expect(file.blocks.count >= 1)
    }

    @Test func `a signal right at the start leaves a recording with a picture, or none and a status other than 0`()
      async throws
    {
      var recorded = 0
      var delay = 0.0
      // Later each time, until there was a picture twice in a row.
      while recorded < 2, delay < 5 {
        let file = folder.file("\(delay).webm")
        let program = try start([], ["record", file.path])
        try await MonotonicClock.sleep(until: program.launched + delay)
        program.signal(SIGINT)
        let exit = try await program.exit()
        if exit.status == 0 {
          #expect(try await Players.decode(file).frames >= 1)
          #expect(!program.errorOutput.contains("0x0"))
          recorded += 1
        } else {
          #expect(!FileManager.default.fileExists(atPath: file.path))
          #expect(exit.reason == .signalled(SIGINT) || exit.status == 69)
          recorded = 0
        }
        delay += 0.02
      }
      #expect(recorded == 2)
    }

    @Test func `with closed standard descriptors nothing else is written into the recording`() async throws {
      let file = folder.file("a.webm")
      let program = try start(
        ["sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"], ["record", file.path, "--duration", "1"])
      try await eventually("the file") { FileManager.default.fileExists(atPath: file.path) }
      for number in 0...2 {
        #expect(
          try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(program.pid)/fd/\(number)") == "/dev/null")
      }
      #expect(try await program.exit().status == 0)
      #expect(try WebMFile(file).isSeekable)
    }

    @Test func `a share ends with summaries of itself and of its recording`() async throws {
      let (words, json) = (folder.file("a.webm"), folder.file("b.webm"))
      let share = ["share", "--listen", "127.0.0.1:0", "--duration", "1", "--record"]
      let said = try start([], share + [words.path])
      #expect(try await said.exit().status == 0)
      let lines = said.errorOutput.split(separator: "\n").suffix(2).map(String.init)
      #expect(lines.first == "Shared for 0:01; 0 viewers watched")
      #expect(lines.last?.hasPrefix("\(words.path): 0:0") ?? false)
      #expect(said.errorOutput.hasSuffix("\n"))

      let told = try start([], share + [json.path, "--json"])
      #expect(try await told.exit().status == 0)
      let stop = try #require(Events.parse(told.output).last)
      #expect(stop["event"] == "stop" && stop["viewers"] == 0 && stop["file"].string == json.path)
      #expect(stop["bytes"].int == (try json.resourceValues(forKeys: [.fileSizeKey]).fileSize))
      #expect(stop["framesCaptured"].int ?? 0 >= 1 && stop["framesDropped"] == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends a share whose server does not answer`(signal: Int32) async throws {
      let hole = try BlackHole()
      let program = try start([], ["share", "--server", "http://127.0.0.1:\(hole.port)", "--json"])
      try await eventually("the attempt to connect") { hole.attempts >= 1 }
      let told = MonotonicClock.seconds
      program.signal(signal)
      #expect(try await program.exit().status == 0)
      #expect(MonotonicClock.seconds - told < 5)
      #expect(Events.parse(program.output).last?["reason"] == "signal")
    }
  }
}
