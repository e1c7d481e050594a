import Foundation
import Harness
import Testing

@Suite(.timeLimit(.minutes(1))) struct PresetTests {
  /// A wrong preset, and the error after the file's name.
  struct Fault: Sendable, CustomTestStringConvertible {
    let what: String
    let text: Data
    let message: String
    var testDescription: String { what }

    init(_ what: String, _ text: String, _ message: String) {
      (self.what, self.text, self.message) = (what, Data(text.utf8), message)
    }

    init(_ what: String, bytes: [UInt8], _ message: String) {
      (self.what, text, self.message) = (what, Data(bytes), message)
    }
  }

  static let faults = [
    Fault(
      "an unknown key", "fps: 30\ncolour: red\n",
      """
      , line 2: there is no setting "colour"; there are audio, audio-bitrate, bitrate, change, coarsest, cursor, \
      description, finest, fps, motion, refinement, sharp, size, speed
      """),
    Fault(
      "a word for a number", "# one\n\nfps: fast\n",
      ", line 3: \"fps\" cannot be \"fast\"; it is a number from 0.1 to 240"),
    Fault(
      "an unknown word", "cursor: sometimes\n",
      ", line 1: \"cursor\" cannot be \"sometimes\"; it is always, motion or never"),
    Fault(
      "a truth for a number", "fps: true\n", ", line 1: \"fps\" cannot be \"true\"; it is a number from 0.1 to 240"),
    Fault("a number for a size", "size: 720\n", ", line 1: \"size\" cannot be \"720\"; it is a size such as 1280x720"),
    Fault(
      "a microphone", "audio: mic\n",
      ", line 1: \"audio\" cannot be \"mic\"; it is none or system; a microphone and other sound are asked for with --audio"
    ),
    Fault("no value", "fps:\n", ", line 1: \"fps\" has no value; it is a number from 0.1 to 240"),
    Fault(
      "null", "description: ~\n",
      ", line 1: \"description\" cannot be \"~\"; it is a few words on what the preset is for"),
    Fault("a list for a value", "fps: [30]\n", ", line 1: \"fps\" takes one value, not a list or a group of them"),
    Fault("a group for a value", "fps:\n  a: 1\n", ", line 1: \"fps\" takes one value, not a list or a group of them"),
    Fault("a list for a key", "[a, b]: 1\n", ", line 1: a key is one word, as in fps: 30"),
    Fault("a list of settings", "\n- fps\n", ", line 2: this is not a list of keys and values, as in fps: 30"),
    Fault("no settings but a word", "fps\n", ", line 1: this is not a list of keys and values, as in fps: 30"),
    Fault(
      "a key twice", "fps: 30\nspeed: 4\nfps: 20\n", ", line 1: \"fps\" is set here and again below; keep one of them"),
    Fault(
      "a key twice in other clothes", "fps: 1\n'fps': 2\n",
      ", line 1: \"fps\" is set here and again below; keep one of them"),
    Fault(
      "a key twice, once as a string", "fps: 1\n!!str fps: 2\n",
      ", line 1: \"fps\" is set here and again below; keep one of them"),
    Fault(
      "an anchor", "speed: 4\nfps: &rate 30\n",
      ", line 2: \"fps\": an anchor (&) or alias (*) is not for presets; write the value itself"),
    Fault(
      "an anchor on everything", "&all\nfps: 30\n",
      ", line 1: an anchor (&) or alias (*) is not for presets; write the value itself"),
    Fault(
      "an anchor deep inside", "size: {a: [1, {b: &x 2}]}\n",
      ", line 1: \"size\": an anchor (&) or alias (*) is not for presets; write the value itself"),
    Fault(
      "an alias", "fps: 30\nbitrate: *x\n",
      ", line 2: an anchor (&) or alias (*) is not for presets; write the value itself"),
    Fault(
      "an alias for a key", "fps: 30\n*x : 1\n",
      ", line 2: an anchor (&) or alias (*) is not for presets; write the value itself"),
    Fault("a tag", "fps: !!python/object:os.system 30\n", ", line 1: \"fps\": a tag (!) is not for presets"),
    Fault("two documents", "fps: 30\n---\nfps: 20\n", ", line 2: a second document begins here; a preset is one"),
    Fault(
      "a tab", "fps: 30\n\tspeed: 4\n",
      ", line 2: this is not valid YAML: found a tab character that violates indentation"),
    Fault(
      "a control character", "fps: 30\nsize: a\u{1}\n",
      ", line 2: this is not valid YAML: control characters are not allowed"),
    Fault(
      "nesting without end", "size: " + String(repeating: "[", count: 60000),
      ", line 1: the values are nested too deeply"),
    Fault(
      "a huge number", "sharp: " + String(repeating: "9", count: 60000),
      """
      , line 1: "sharp" cannot be "\(String(repeating: "9", count: 60))…"; it is a quantizer from 0, the finest, to 63
      """),
    Fault("more than 64 kB", String(repeating: "#", count: 65537), ": it is larger than 64 kB, which no preset needs"),
    Fault("not UTF-8", bytes: Array("fps: 30\n# ".utf8) + [0xe9, 0x0a], ", line 2: the text is not UTF-8"),
    Fault("UTF-16", bytes: [0xff, 0xfe, 0x66, 0x00], ", line 1: the text is not UTF-8"),
  ]

  @Test(arguments: faults) func `a wrong preset is refused with its file, line and key`(_ fault: Fault) async throws {
    let folder = try PresetFolder()
    try folder.write("mine", fault.text)
    let run = try await folder.use("mine")
    #expect(run.status == 64)
    #expect(run.errors == "oriel: preset \(folder.path("mine"))\(fault.message)\n")
    #expect(run.output == "")
  }

  @Test func `a preset with exponential aliases is refused, without memory and time for them`() async throws {
    let folder = try PresetFolder()
    for (name, isKey) in [("value", false), ("key", true)] {
      var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
      for level in 1...200 {
        let nine = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
        text += "a\(level): &a\(level) [\(nine)]\n"
      }
      // The parser compares keys: this one is 9^200 words long.
      if isKey { text += "? *a200\n: 1\n" }
      try folder.write(name, text)
      let run = try await folder.use(name)
      #expect(run.status == 64)
      #expect(run.errors.hasPrefix("oriel: preset \(folder.path(name)), line 2: an anchor (&) or alias (*)"))
      #expect(run.cpuSeconds < 2)
    }
  }

  @Test func `a text value that looks like an alias is accepted`() async throws {
    let folder = try PresetFolder()
    let words = Array(repeating: "# *x", count: 15).joined(separator: "\n")
    try folder.write("mine", "description: R&D for *very* &busy *x\n\(words)\nfps: '30' # *not* &this\n")
    // Status 69: the preset is accepted, then the display is missing.
    #expect(try await folder.use("mine").status == 69)
  }

  @Test func `an empty preset and one of comments are the default`() async throws {
    let folder = try PresetFolder()
    try folder.write("none", "")
    try folder.write("comments", "# nothing\n")
    for name in ["none", "comments"] { #expect(try await folder.use(name).status == 69) }
  }

  @Test func `a folder, a pipe, a device and bad links in a preset's place are refused at once`() async throws {
    let folder = try PresetFolder()
    let files = FileManager.default
    try files.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
    try files.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: folder.path("loop"))
    try files.createSymbolicLink(atPath: folder.path("broken"), withDestinationPath: folder.path("nothing"))
    try files.createSymbolicLink(atPath: folder.path("device"), withDestinationPath: "/dev/zero")
    try await Program.run("mkfifo", [folder.path("pipe")])
    let messages = [
      "folder": "it is a directory",
      "loop": "it cannot be read: too many levels of symbolic links",
      "broken": "the link points to nothing",
      "device": "it is not a regular file",
      "pipe": "it is not a regular file",
    ]
    for (name, message) in messages {
      let run = try await folder.use(name)
      #expect(run.status == 64)
      #expect(run.errors == "oriel: preset \(folder.path(name)): \(message)\n")
    }
  }

  @Test(arguments: ["nope", "", "../text", "/etc/passwd", "text.yaml"])
  func `an unknown preset is an error that lists the presets`(_ name: String) async throws {
    let folder = try PresetFolder()
    let run = try await folder.use(name)
    #expect(run.status == 64)
    let expected = """
      oriel: there is no preset "\(name)"; there are archive, default, motion, small, text; \
      put your own into \(folder.url.path)

      """
    #expect(run.errors == expected)
  }

  @Test func `an inaccessible folder of presets is an error only for a preset that no other folder has`()
    async throws
  {
    let folder = try PresetFolder()
    #expect(chmod(folder.url.path, 0) == 0)
    defer { chmod(folder.url.path, 0o700) }
    let somebody = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    // The repository may be inaccessible to the test's user, as in root's home, so an installed command is used.
    let place = try TemporaryDirectory()
    try FileManager.default.createDirectory(at: place.file("share/oriel"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(at: place.file("bin"), withIntermediateDirectories: true)
    let oriel = place.file("bin/oriel").path
    try FileManager.default.copyItem(atPath: try Executables.product("oriel"), toPath: oriel)
    let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    try FileManager.default.copyItem(
      at: repository.appending(path: "presets"), to: place.file("share/oriel/presets"))
    _ = try await Program.run("chmod", ["-R", "a+rX", place.url.path])
    func record(_ preset: [String]) async throws -> (Int32?, String) {
      let command = somebody + [oriel, "record", "never.webm"] + preset
      let program = try Program(command[0], Array(command.dropFirst()), environment: folder.environment)
      return (try await program.exit(within: .seconds(20)).status, program.errorOutput)
    }
    // Status 69: the preset is accepted, then the display is missing.
    #expect(try await record([]).0 == 69)
    #expect(try await record(["--preset", "text"]).0 == 69)
    let (status, words) = try await record(["--preset", "mine"])
    #expect(status == 64)
    #expect(
      words.hasPrefix("oriel: there is no preset \"mine\"; \(folder.url.path) cannot be read: permission denied; "))
  }

  @Test func `a user's preset replaces the installed one of the same name`() async throws {
    let folder = try PresetFolder()
    try folder.write("text", "description: mine\nfps: 7\nsize: 640x480\n")
    try folder.write("extra", "fps: 12\n")
    let document = try await presets(folder)
    #expect(document.map { $0["name"].string } == ["archive", "default", "extra", "motion", "small", "text"])
    let text = try #require(document.last)
    #expect(text["description"] == "mine")
    #expect(text["file"].string == folder.path("text"))
    #expect(text["sets"] == ["fps": "7", "size": "640x480"])
  }

  @Test func `the list fits into 80 columns`() async throws {
    let folder = try PresetFolder()
    try folder.write("extra", "description: |\n  for a\n  test\nfps: 12\n")
    let run = try await Oriel.run(["presets"], environment: folder.environment)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("extra    for a test\n         fps 12\n         \(folder.path("extra"))\n"))
    let lines = run.output.split(separator: "\n").filter { !$0.contains("/") }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func `an invalid preset is reported, and the list has all others`() async throws {
    let folder = try PresetFolder()
    try folder.write("bad", "fps: 0\n")
    let run = try await Oriel.run(["presets", "--json"], environment: folder.environment)
    #expect(run.status == 64)
    #expect(run.errors.contains("\(folder.path("bad")), line 1: \"fps\" cannot be \"0\""))
    let document = try JSON(parsing: run.output)
    #expect((0..<5).map { document[$0]["name"].string } == ["archive", "default", "motion", "small", "text"])
  }

  private func presets(_ folder: PresetFolder) async throws -> [JSON] {
    let run = try await Oriel.run(["presets", "--json"], environment: folder.environment)
    #expect(run.status == 0)
    guard case .array(let presets) = try JSON(parsing: run.output) else { return [] }
    return presets
  }
}
