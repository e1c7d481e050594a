import Foundation

/// The manual page: what the help says, and what it has no room for.
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
    // What stands under no title is named first.
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
    ("p, SIGUSR1", "Pause, and go on. The file has no gap where the pause was."),
    ("m", "Mute the sound, and go on. Muted is silence in the file and for viewers, not a gap."),
    (
      "q, Ctrl-C, SIGTERM, SIGHUP",
      """
      Stop, and finish the file; of serve, tell everyone and end. nohup(1) keeps SIGHUP away. A server with --grant-key or \
      --log reads its keys again and opens its log anew by SIGHUP instead; so does a share with --log that has no terminal.
      """
    ),
  ]

  private static let environment = [
    ("DISPLAY", "The X display that is recorded when --display names none."),
    ("PULSE_SERVER", "The sound server; the user's own when it is not set. None is ever started."),
    ("ORIEL_TOKEN, ORIEL_PUBLISHER_TOKEN", "What serve asks of who joins a room, and of who shares a screen there."),
    ("ORIEL_TURN_SECRET, ORIEL_METRICS_TOKEN", "The secrets of serve's options of these names."),
    (
      "ORIEL_CORE_DUMPS",
      "With 1, memory may be dumped and traced. Without it the screen, keys and secrets in it are kept from both."
    ),
    ("XDG_CONFIG_HOME", "Where your own presets are looked for; ~/.config when it is not set."),
    ("XDG_STATE_HOME", "Where shares keep what links to rooms with a name rely on; ~/.local/state when it is not set."),
  ]

  private static let files = [
    ("~/.config/oriel/presets/NAME.yaml", "Your own presets. They go before those of the same name below."),
    (
      "~/.local/state/oriel/share-ROOM@SERVER.json",
      "The certificate that links to the room vouch for, its key, and what the room's server knows the share by; yours to read alone. "
        + "Made again when it is away, which links given before do not survive."
    ),
    (
      "The file of --log",
      """
      A JSON object a line: time; event, which is joined, left, removed, refused, locked, unlocked or lost; address; room, of a \
      random name only the beginning; role; session, the beginning of an id; name; of what was removed or refused the reason. Lines \
      that could not be written are counted in lost. The README has a filter for fail2ban that finds who was refused.
      """
    ),
    ("PREFIX/share/oriel/presets/NAME.yaml", "The presets that come with Oriel, each with comments to start from."),
  ]

  private static let exitStatus = [
    ("0", "Finished, also by a key or a signal."),
    ("1", "The self-test found something that is not fine."),
    ("64", "Wrong usage, or a fault in a preset."),
    ("65", "The file to repair is no WebM."),
    ("66", "There is no such monitor, window, region, source of sound, certificate or input file."),
    (
      "69",
      """
      There is no display, or it went away; what was recorded until then is kept. There is no sound server, and sound was \
      asked for. The address to listen on is taken.
      """
    ),
    ("70", "The encoder failed, or could not start."),
    ("73", "The file cannot be created, or it exists already."),
    ("74", "Writing failed, also to standard output. What was written plays."),
    ("77", "The room does not let you in."),
  ]
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String { String(last == suffix ? dropLast() : self[...]) }
}
