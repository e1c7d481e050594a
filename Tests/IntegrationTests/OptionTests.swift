import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct OptionTests {
    /// Invalid options, and what the message must name.
    static let wrong: [(options: [String], named: String)] = [
      (["--fps", "0"], "\"0\""), (["--fps", "abc"], "\"abc\""), (["--fps", "1e3"], "\"1e3\""),
      (["--fps", "nan"], "\"nan\""), (["--fps", "inf"], "\"inf\""), (["--fps", "241"], "\"241\""),
      (["--fps=-1"], "\"-1\""), (["--fps", "٣"], "\"٣\""), (["--fps"], "--fps"),
      (["--size", "0x0"], "\"0x0\""), (["--size", "10"], "\"10\""), (["--size", "10x"], "\"10x\""),
      (["--size", "99999x10"], "\"99999x10\""), (["--size", "10x10x10"], "\"10x10x10\""),
      (["--size=-5x5"], "\"-5x5\""),
      (["--region", "1x1"], "\"1x1\""), (["--region", "100x100+a+b"], "\"100x100+a+b\""),
      (["--region", "0x10+0+0"], "\"0x10+0+0\""), (["--region", "10x10+0"], "\"10x10+0\""),
      (["--region", "10x10+99999999999999999999+0"], "\"10x10+99999999999999999999+0\""),
      (["--bitrate", "5"], "\"5\""), (["--bitrate", "2G"], "\"2G\""), (["--bitrate", "k"], "\"k\""),
      (["--bitrate", "1e400"], "\"1e400\""),
      (["--duration=-3"], "\"-3\""), (["--duration", "-3"], "--duration"), (["--duration", "0"], "\"0\""),
      (["--duration", "5d"], "\"5d\""), (["--duration", "99999999h"], "\"99999999h\""),
      (["--monitor", "0", "--region", "10x10+0+0"], "--region"),
      (["--cursor", "sometimes"], "sometimes"), (["--frobnicate"], "--frobnicate"),
      (["--preset", "nope"], "\"nope\""), (["--preset", "../default"], "\"../default\""), (["--preset", ""], "\"\""),
      (["one-more"], "one-more"),
    ]

    @Test(arguments: wrong)
    func `a wrong option gives status 64, one sentence that names it, and no file`(
      options: [String], named: String
    ) async throws {
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let run = try await Command.run(["record", file.path, "--display", ":60000"] + options)
      #expect(run.status == 64)
      #expect(run.output == "")
      let sentences = run.errors.split(separator: "\n").filter { $0.hasPrefix("Error: ") || $0.hasPrefix("oriel: ") }
      #expect(sentences.count == 1)
      // The argument parser begins some of the sentences, with other quotation marks.
      let isNamed = [named, named.replacing("\"", with: "'")].contains { sentences.first?.contains($0) ?? false }
      #expect(isNamed, "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test func `control characters of a wrong option do not reach the terminal`() async throws {
      let run = try await Command.run(["record", "a.webm", "--preset", "\u{1b}[31m\u{202e}"])
      #expect(run.status == 64)
      #expect(!run.errors.contains("\u{1b}") && !run.errors.contains("\u{202e}"))
    }

    @Test func `an unknown monitor, and a region outside of the screen, give status 66`() async throws {
      let server = try await XServer(width: 320, height: 240)
      for (options, named) in [
        (["--monitor", "HDMI-9"], "HDMI-9"), (["--monitor", "7"], "7"), (["--region", "10x10+320+0"], "10x10+320+0"),
        (["--region", "10x10-10+0"], "10x10-10+0"),
      ] {
        let folder = try TemporaryDirectory()
        let file = folder.file("a.webm")
        let run = try await Command.run(["record", file.path, "--display", server.display] + options)
        #expect(run.status == 66)
        #expect(run.errors.hasPrefix("oriel: "))
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.contains(named), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: file.path))
      }
    }

    @Test func `a missing display gives status 69 and leaves an existing file alone`() async throws {
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      try "precious".write(to: file, atomically: true, encoding: .utf8)
      let arguments = ["record", file.path, "--force"]
      for (arguments, environment) in [
        (arguments + ["--display", ":60000"], [:]), (arguments, ["DISPLAY": ""]), (arguments, ["DISPLAY": ":60000"]),
        (["sources", "--display", ":60000"], [:]),
      ] {
        let run = try await Command.run(arguments, environment: environment)
        #expect(run.status == 69)
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.hasPrefix("oriel: "))
        #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
      }
    }

    @Test func `with --json a failure is an event, too`() async throws {
      let run = try await Command.run(["record", "a.webm", "--display", ":60000", "--json"])
      #expect(run.status == 69)
      let events = Events.parse(run.output)
      #expect(events.count == 1)
      #expect(events.first?["event"] == "error")
      #expect(events.first?["code"].string != nil)
      #expect(events.first?["message"].string?.contains(":60000") ?? false)
    }

    @Test func `the list of presets has their settings, and the user's own presets`() async throws {
      let folder = try TemporaryDirectory()
      let own = folder.file("oriel/presets")
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      try "description: for this test\nfps: 12.5\n".write(
        to: own.appending(path: "own.yaml"), atomically: true, encoding: .utf8)
      try "fsp: 3\n".write(to: own.appending(path: "faulty.yaml"), atomically: true, encoding: .utf8)
      let environment = ["XDG_CONFIG_HOME": folder.url.path]
      let text = try await Command.run(["presets"], environment: environment)
      // An invalid one is reported at the end; all others are listed.
      #expect(text.status == 64 && text.errors.contains("faulty.yaml"))
      for word in ["default", "text", "own", "for this test", "fps 12.5"] { #expect(text.output.contains(word)) }
      let document = try JSON(
        parsing: try await Command.run(["presets", "--json"], environment: environment).output)
      let presets = try #require(document.array)
      #expect(Set(presets.compactMap { $0["name"].string }).isSuperset(of: ["default", "text", "own"]))
      #expect(presets.first { $0["name"] == "own" }?["sets"] == ["fps": "12.5"])
      let faulty = try await Command.run(["record", "a.webm", "--preset", "faulty"], environment: environment)
      #expect(faulty.status == 64)
      for word in ["faulty.yaml", "line 1", "fsp"] { #expect(faulty.errors.contains(word)) }
    }

    @Test func `help and version are on standard output`() async throws {
      for arguments in [
        ["--help"], ["record", "--help"], ["sources", "--help"], ["presets", "--help"], ["--version"],
      ] {
        let run = try await Command.run(arguments)
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(!run.output.isEmpty)
      }
    }
  }
}
