import Foundation
import Harness
import Testing

@Suite(.timeLimit(.minutes(1))) struct MessageTests {
  private static let away = ["DISPLAY": ":65000"]

  @Test(
    arguments: [[]]
      + ["record", "repair", "sources", "presets", "selftest", "share", "serve", "snapshot"].map { [$0] })
  func `the help fits into 80 columns`(_ command: [String]) async throws {
    let run = try await Oriel.run(command + ["--help"])
    #expect(run.status == 0)
    #expect(run.errors == "")
    for line in run.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    // The hidden command stays hidden.
    #expect(!run.output.contains("manual"))
  }

  /// Wrong arguments, and the error for each.
  static let usage: [([String], String)] = [
    (
      ["bogus"],
      "there is no command 'bogus'; the commands are record, serve, share, token, snapshot, repair, sources, presets, "
        + "selftest"
    ),
    (["list"], "there is no command 'list'; oriel sources lists monitors, windows and sound sources"),
    (["rec", "a.webm"], "there is no command 'rec'; oriel record makes a recording"),
    (["record", "--time", "5"], "unknown option '--time'; write --duration, as in --duration 90s"),
    (["record", "-v"], "unknown option '-v'; write --version"),
    (["record", "-o", "a.webm", "b.webm"], "--output names the file a second time; leave out one of them"),
    (["record", "a.webm", "b.webm"], "unexpected argument 'b.webm'"),
    (["record", "--bogus"], "unknown option '--bogus'"),
    (["record", "--\u{1b}[31m"], "unknown option '--\u{fffd}[31m'"),
    (["record", "--fps"], "missing value for '--fps <rate>'"),
    (["record", "--fps", "fast"], "the value 'fast' is invalid for '--fps <rate>': write a number from 0.1 to 240"),
    (["record", "--fps", "inf"], "the value 'inf' is invalid for '--fps <rate>': write a number from 0.1 to 240"),
    (
      ["record", "--size", "10"],
      "the value '10' is invalid for '--size <WxH>': write width and height as in 1280x720, each from 1 to 16383"
    ),
    (
      ["record", "--bitrate", "1"],
      "the value '1' is invalid for '--bitrate <rate>': write bits a second as in 2500k or 2.5M, from 10k to 1000M"
    ),
    (
      ["record", "--cursor", "maybe"],
      "the value 'maybe' is invalid for '--cursor <when>'; give one of 'always', 'motion' or 'never'"
    ),
    (
      ["record", "--region", "1x1"],
      "the value '1x1' is invalid for '--region <WxH+X+Y>': write width, height and position as in 800x600+100+50"
    ),
    (
      ["record", "--duration", "0"],
      "the value '0' is invalid for '--duration <time>': write a length of time as in 90s, 2m, 1h or 90, up to a year"
    ),
    (["record", "--duration", "00:10"], "the value '00:10' is invalid for '--duration <time>': write it as 10s"),
    (
      ["record", "--duration", "1:02:03"],
      "the value '1:02:03' is invalid for '--duration <time>': write it as 1h2m3s"
    ),
    (
      ["record", "--duration", "5m5"],
      "the value '5m5' is invalid for '--duration <time>': write a length of time as in 90s, 2m, 1h or 90, up to a year"
    ),
    (
      ["record", "--region", "0,0,800,600"],
      "the value '0,0,800,600' is invalid for '--region <WxH+X+Y>': write it as 800x600+0+0"
    ),
    (
      ["record", "--bitrate", "2MB/s"],
      "the value '2MB/s' is invalid for '--bitrate <rate>': write bits a second as in 2500k or 2.5M, from 10k to 1000M"
    ),
    (
      ["share", "--server", "rooms.example.org"],
      "\"rooms.example.org\" is not the address of a room server; give https://rooms.example.org or "
        + "http://rooms.example.org"
    ),
    (
      ["record", "--monitor", "1", "--region", "9x9+1+1"],
      "--monitor and --region contradict each other; give one of them"
    ),
    (
      ["record", "--audio", "loud"],
      "the value 'loud' is invalid for '--audio <sound>': write none, system, mic, both, window or source:NAME; oriel "
        + "sources lists the names"
    ),
    (
      ["share", "--audio-bitrate", "1M"],
      "the value '1M' is invalid for '--audio-bitrate <rate>': write bits a second as in 96k, from 5k to 510k"
    ),
    (
      ["record", "--audio", "system", "--separate-tracks"],
      "--separate-tracks needs --audio both; give it, too"
    ),
    (
      ["share", "--audio", "both", "--separate-tracks"],
      "--separate-tracks is for the recorded file; give --record, too"
    ),
    (["selftest", "--duration", "1s"], "--duration is from 3s to 10m"),
    (["record", ""], "the name of the file is empty"),
    (["record", "--ledger", "-"], "--ledger takes the name of a file"),
    (["record", "a.webm", "--ledger", "./a.webm"], "the recording and its ledger cannot be the same file"),
    (["repair"], "missing expected argument '<file>'"),
  ]

  @Test(arguments: usage) func `wrong usage is one sentence and exit 64`(
    _ arguments: [String], _ sentence: String
  ) async throws {
    let run = try await Oriel.run(arguments, environment: Self.away)
    #expect(run.status == 64)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("oriel: \(sentence)\n"))
    #expect(run.errors.contains("Usage: oriel"))
    #expect(run.errors.hasSuffix("--help' for more information.\n"))
  }

  @Test(arguments: [
    ["--fps", "60fps"], ["--bitrate", "2.5Mbps"], ["--bitrate", "2500 kbit/s"], ["--size", "720p"],
    ["--size", "1280X720"], ["--duration", "5min"], ["--duration", "1h30m"], ["--duration", "90 sec"],
    ["-o", "a.webm"], ["--output", "a.webm"],
  ])
  func `values with common units and spellings are accepted`(_ option: [String]) async throws {
    // Status 69: the options are parsed, then the display is missing.
    #expect(try await Oriel.run(["record"] + option, environment: Self.away).status == 69)
  }

  @Test(arguments: [
    (["WAYLAND_DISPLAY": "wayland-0"], "no X display is named, and this is a Wayland session"),
    (["SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"], "no X display is named, as usual over SSH; set DISPLAY=:0"),
    ([:], "no X display is named; set DISPLAY, or give one such as :0"),
    (
      ["DISPLAY": ":65000", "XAUTHORITY": "/nonexistent"],
      "cannot connect to X display :65000; XAUTHORITY names /nonexistent, which cannot be read"
    ),
  ])
  func `without a display the error names the missing variable`(_ environment: [String: String], _ sentence: String)
    async throws
  {
    let cleared = ["DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "XAUTHORITY"].flatMap { ["-u", $0] }
    let variables = environment.map { "\($0.key)=\($0.value)" }
    let program = try Program("env", cleared + variables + [try Executables.product("oriel"), "record"])
    #expect(try await program.exit().status == 69)
    #expect(program.errorOutput.hasPrefix("oriel: \(sentence)"))
  }

  @Test func `a display that does not answer is exit 69, as text and as JSON`() async throws {
    for command in ["record", "sources"] {
      let text = try await Oriel.run([command], environment: Self.away)
      #expect(text.status == 69)
      #expect(text.errors == "oriel: cannot connect to X display :65000; check that it runs and lets this user in\n")
      let json = try await Oriel.run([command, "--json"], environment: Self.away)
      #expect(json.status == 69)
      #expect(try JSON(parsing: json.output)["code"] == "display")
    }
  }

  @Test
  func `missing sound ends the command before it records anything, and by default no sound is requested`()
    async throws
  {
    let screen = try await XServer(width: 64, height: 64)
    let folder = try TemporaryDirectory()
    func record(_ options: [String], _ environment: [String: String]) async throws -> Oriel {
      try await Oriel.run(
        ["record", "a.webm", "--display", screen.display, "--duration", "0.5"] + options, environment: environment,
        directory: folder.url)
    }
    let away = ["PULSE_SERVER": "unix:/nowhere/native"]
    let none = try await record(["--audio", "system"], away)
    #expect(none.status == 69)
    #expect(none.errors.hasPrefix("oriel: no sound server answers at unix:/nowhere/native; "))
    let json = try await record(["--audio", "mic", "--json"], away)
    #expect(json.status == 69)
    #expect(try JSON(parsing: json.output)["code"] == "sound")
    #expect(try await Oriel.run(["sources", "--display", screen.display], environment: away).status == 0)
    #expect(try await record(["--audio", "window"], away).status == 64)
    #expect(try await record(["--audio-bitrate", "96k"], away).status == 64)

    let server = try await PulseServer(sinks: ["desk"], microphone: nil)
    let wrong = try await record(["--audio", "source:nothing"], server.environment)
    #expect(wrong.status == 66)
    #expect(wrong.errors.contains("there is no sound source nothing; there are: desk.monitor"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
    let sources = try JSON(
      parsing: try await Oriel.run(
        ["sources", "--display", screen.display, "--json"], environment: server.environment
      ).output)
    #expect(
      sources["audio"] == [["id": "desk.monitor", "name": "Monitor of desk", "kind": "monitor", "default": true]])
    // A preset may request system sound; --audio overrides it.
    let presets = try PresetFolder()
    try presets.write("loud", "audio: system\naudio-bitrate: 64k\n")
    let environment = server.environment.merging(presets.environment) { $1 }
    let loud = try await record(["--preset", "loud"], environment)
    #expect(loud.errors.hasPrefix("Recording desktop into a.webm, 64x64, with the system sound ("))
    let silent = try await record(["--preset", "loud", "--audio", "none", "--force"], environment)
    #expect(silent.errors.hasPrefix("Recording desktop into a.webm, 64x64, without sound"))
  }

  @Test func `a folder or an existing file as output is an error with advice, and nothing is left behind`() async throws
  {
    let server = try await XServer(width: 64, height: 64)
    let folder = try TemporaryDirectory()
    let environment = ["DISPLAY": server.display]
    let directory = try await Oriel.run(["record", folder.url.path, "--force"], environment: environment)
    #expect(directory.status == 73)
    let path = folder.url.path
    #expect(directory.errors == "oriel: \(path) is a folder; name a file, as in \(path)/talk.webm\n")

    let file = folder.file("a.webm")
    try Data("kept".utf8).write(to: file)
    let ledger = folder.file("ledger.jsonl")
    let existing = try await Oriel.run(["record", file.path, "--ledger", ledger.path], environment: environment)
    #expect(existing.status == 73)
    #expect(existing.errors == "oriel: \(file.path) exists already; name another file, or replace it with --force\n")
    #expect(try Data(contentsOf: file) == Data("kept".utf8))
    #expect(!FileManager.default.fileExists(atPath: ledger.path))
  }

  @Test func `a recording to a terminal is an error`() async throws {
    // script(1) gives the command a terminal for its output.
    let oriel = try Executables.product("oriel")
    let program = try Program("script", ["-qec", "\(oriel) record -", "/dev/null"], environment: Self.away)
    let exit = try await program.exit(within: .seconds(10))
    #expect(exit.status == 64)
    #expect(program.output.hasPrefix("oriel: standard output is a terminal"))
  }

  @Test func `the summary of one picture says 1 picture`() async throws {
    let server = try await XServer(width: 64, height: 64)
    let folder = try TemporaryDirectory()
    let run = try await Oriel.run(
      ["record", "a.webm", "--duration", "0.5"], environment: ["DISPLAY": server.display], directory: folder.url)
    #expect(run.status == 0)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.first == "Recording desktop into a.webm, 64x64, without sound")
    #expect(lines.last?.hasPrefix("a.webm: 0:0") == true)
    #expect(lines.last?.hasSuffix(", 1 picture") == true)
  }

  @Test func `completion lists the presets and the monitors`() async throws {
    let folder = try PresetFolder()
    try folder.write("extra", "fps: 12\n")
    let server = try await XServer(width: 64, height: 64)
    let environment = folder.environment.merging(["DISPLAY": server.display]) { $1 }
    let presets = try await Oriel.run(
      ["---completion", "record", "--", "--preset", "3", "0", "oriel", "record", "--preset", ""],
      environment: environment)
    #expect(presets.output == "archive\ndefault\nextra\nmotion\nsmall\ntext\n")
    for display in [[], ["--display", server.display]] {
      let words = ["oriel", "record"] + display + ["--monitor", ""]
      let monitors = try await Oriel.run(
        ["---completion", "record", "--", "--monitor", "\(words.count - 1)", "0"] + words,
        environment: display.isEmpty ? environment : Self.away)
      #expect(monitors.output == "screen\n")
    }
    let none = try await Oriel.run(
      ["---completion", "record", "--", "--monitor", "3", "0", "oriel", "record", "--monitor", ""],
      environment: Self.away)
    #expect(none.output.trimmingCharacters(in: .newlines) == "")
    #expect(none.errors == "")
  }
}
