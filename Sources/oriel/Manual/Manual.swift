import Foundation

/// The manual page: the help of all subcommands, then keys, environment, files and exit status.
enum Manual {
  /// The page in the macros of man(7).
  /// - Parameter tool: the argument parser's description of the command, as JSON.
  static func page(ofTool tool: String, version: String) throws -> String {
    let root = try JSONDecoder().decode(ToolDescription.self, from: Data(tool.utf8)).command
    var page = Roff()
    page.title(root.commandName, section: 1, source: "Oriel \(version)")
    page.heading("Name")
    let purpose = root.abstract ?? ""
    page.paragraph(
      "\(root.commandName) - \(purpose.prefix(1).lowercased())\(purpose.dropFirst().trimmingSuffix("."))")
    page.heading("Synopsis")
    let commands = (root.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    for command in commands { synopsis(of: command, under: root.commandName, &page) }
    page.heading("Description")
    page.text(root.discussion ?? "")
    for command in commands {
      page.heading("oriel \(command.commandName)")
      page.text(command.abstract ?? "")
      page.text(command.discussion ?? "")
      options(of: command, &page)
    }
    page.heading("Keys and signals")
    page.entries(keysAndSignals)
    page.heading("Environment")
    page.entries(environment)
    page.heading("Files")
    page.entries(files)
    page.heading("Exit status")
    page.entries(exitStatus)
    return page.source
  }

  private static func synopsis(of command: ToolDescription.Command, under root: String, _ page: inout Roff) {
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    let hasOptions = arguments.contains { $0.kind != .positional }
    let positionals = arguments.filter { $0.kind == .positional }.map { argument in
      let name = Roff.italic(argument.valueName ?? "value") + (argument.isRepeating ? "..." : "")
      return argument.isOptional ? "[\(name)]" : name
    }
    page.synopsis(
      "\(root) \(command.commandName)",
      ([hasOptions ? "[\(Roff.italic("options"))]" : nil] + positionals).compactMap(\.self))
  }

  private static func options(of command: ToolDescription.Command, _ page: inout Roff) {
    let common: Set = ["help", "version"]
    let arguments = (command.arguments ?? []).filter { argument in
      argument.shouldDisplay && !(argument.names ?? []).contains { common.contains($0.name) }
    }
    var titles: [String?] = []
    for argument in arguments where !titles.contains(argument.sectionTitle) { titles.append(argument.sectionTitle) }
    // Arguments without a section come first.
    for title in titles.sorted(by: { a, b in a == nil && b != nil }) {
      if let title { page.subheading(title) }
      for argument in arguments where argument.sectionTitle == title {
        let value = argument.valueName.map(Roff.italic) ?? ""
        let names = (argument.names ?? []).map { Roff.bold($0.spelling) }.joined(separator: ", ")
        let term =
          switch argument.kind {
          case .positional: value
          case .flag: names
          case .option: "\(names) \(value)"
          }
        page.entry(term, text(of: argument))
      }
    }
  }

  private static func text(of argument: ToolDescription.Argument) -> String {
    var text = [argument.abstract, argument.discussion].compactMap(\.self).joined(separator: " ")
    if let value = argument.defaultValue { text += " (default: \(value))" }
    if let values = argument.allValues, !values.isEmpty { text += " (values: \(values.joined(separator: ", ")))" }
    return text
  }

  private static let keysAndSignals = [
    ("p, SIGUSR1", "Pause or resume. A pause leaves no gap in the file."),
    ("m", "Mute or unmute the sound. Muted sound is silence in the file and for viewers, not a gap."),
    (
      "q, Ctrl-C, SIGTERM, SIGHUP",
      """
      Stop, and finish the file; serve notifies all members and ends. Under nohup(1) SIGHUP is ignored. On SIGHUP a \
      server with --grant-key or --log does not stop, but reads its keys again and reopens its log; so does share with \
      --log if it has no terminal.
      """
    ),
  ]

  private static let environment = [
    ("DISPLAY", "The X display that is captured without --display."),
    ("PULSE_SERVER", "The sound server. (default: the user's own) Oriel never starts one."),
    ("ORIEL_TOKEN, ORIEL_PUBLISHER_TOKEN", "The tokens that are needed to join a room and to share a screen in it."),
    ("ORIEL_TURN_SECRET, ORIEL_METRICS_TOKEN", "The values of --turn-secret and --metrics-token of serve."),
    (
      "ORIEL_CORE_DUMPS",
      "Set it to 1 to allow core dumps and debuggers, which could otherwise reveal pictures of the screen, keys and secrets."
    ),
    ("XDG_CONFIG_HOME", "The folder of oriel/presets with your own presets. (default: ~/.config)"),
    ("XDG_STATE_HOME", "The folder in which share stores its certificates for named rooms. (default: ~/.local/state)"),
  ]

  private static let files = [
    ("~/.config/oriel/presets/NAME.yaml", "Your own presets. They replace presets of the same name below."),
    (
      "~/.local/state/oriel/share-ROOM@SERVER.json",
      """
      The certificate whose fingerprint is in the links to the room, its key, and the session that the room's server \
      knows the share by; readable by you only. If you delete it, a new one is made, and earlier links lead to a \
      warning.
      """
    ),
    (
      "The file of --log",
      """
      One JSON object per line: time; event, which is joined, left, removed, refused, locked, unlocked or lost; \
      address; room, of a random name only the beginning; role; session, the beginning of an id; name; and for removed \
      and refused the reason. An event lost counts the lines that could not be written. The README has a fail2ban \
      filter for refused clients.
      """
    ),
    ("PREFIX/share/oriel/presets/NAME.yaml", "The presets that come with Oriel, commented, as a start for your own."),
  ]

  private static let exitStatus = [
    ("0", "Finished; also when a key or a signal ended it."),
    ("1", "The self-test found a problem."),
    ("64", "Wrong usage, or an error in a preset."),
    ("65", "The file to repair is not a WebM file."),
    ("66", "There is no such monitor, window, region, sound source, certificate or input file."),
    (
      "69",
      """
      There is no X display, or it went away; what was recorded until then is kept. There is no sound server, and \
      --audio needs one. The room server cannot be reached. The address to listen on is in use.
      """
    ),
    ("70", "The encoder failed, or could not start."),
    ("73", "The file cannot be created, or it exists already."),
    ("74", "Writing to the file or to standard output failed. What was written can be played."),
    ("77", "The room refused you: it is full or locked, or the token is wrong."),
  ]
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String { String(last == suffix ? dropLast() : self[...]) }
}
