import ArgumentParser

/// Hints for options and commands that Oriel does not have under that name, but other programs do.
enum UnknownWordHint {
  /// An error message with a hint; nil where no hint is better than `sentence`.
  /// - Parameters:
  ///   - sentence: the error message of swift-argument-parser.
  ///   - arguments: the arguments of the command line.
  static func message(for sentence: some StringProtocol, arguments: [String]) -> String? {
    if let option = word(in: sentence, after: "Unknown option '"),
      let hint = options[option.drop { $0 == "-" }.lowercased()]
    {
      return "unknown option '\(option)'; \(hint)"
    }
    guard sentence.contains("nexpected argument"), let argument = arguments.first,
      sentence.contains("'\(argument)'"), !argument.hasPrefix("-")
    else { return nil }
    if let hint = commands[argument.lowercased()] { return "there is no command '\(argument)'; \(hint)" }
    var known: [String] = []
    for command in OrielCommand.configuration.subcommands where command.configuration.shouldDisplay {
      known.append(command.configuration.commandName ?? "")
    }
    guard !known.contains(argument) else { return nil }
    return "there is no command '\(argument)'; the commands are \(known.joined(separator: ", "))"
  }

  private static func word(in sentence: some StringProtocol, after start: String) -> String? {
    guard sentence.hasPrefix(start) else { return nil }
    return String(sentence.dropFirst(start.count).prefix { $0 != "'" })
  }

  private static let commands = Dictionary(
    uniqueKeysWithValues: [
      (
        ["list", "ls", "devices", "windows", "monitors", "screens"],
        "oriel sources lists monitors, windows and sound sources"
      ),
      (["rec", "start", "capture", "screencast"], "oriel record makes a recording"),
      (["stream", "publish", "present", "cast"], "oriel share shows the screen to others"),
      (["screenshot", "grab", "shot", "picture"], "oriel snapshot takes one picture"),
      (["server", "rooms", "host"], "oriel serve runs the room server"),
      (["fix", "recover"], "oriel repair repairs a recording"),
      (["version"], "oriel --version shows the version"),
      (["test", "benchmark"], "oriel selftest measures this machine"),
      (["profiles", "settings"], "oriel presets lists presets"),
    ].flatMap { words, hint in words.map { ($0, hint) } })

  private static let options = Dictionary(
    uniqueKeysWithValues: [
      (["time", "t", "d", "length", "seconds", "timeout"], "write --duration, as in --duration 90s"),
      (["framerate", "frame-rate", "frames", "rate", "r"], "write --fps, as in --fps 30"),
      (["quality", "crf", "q", "video-bitrate"], "write --bitrate or --preset, as in --bitrate 5M"),
      (["output", "o", "file"], "write the file's name without an option"),
      (["screen", "head"], "write --monitor (see oriel sources)"),
      (["title", "id", "class"], "write --window, as in --window 'title:Slides*'"),
      (["sound", "microphone", "mic"], "write --audio, as in --audio mic"),
      (["no-audio", "no-sound", "mute"], "write --audio none, which is the default"),
      (["resolution", "scale", "s", "video-size"], "write --size, as in --size 1280x720"),
      (["geometry", "g", "area", "crop", "rect"], "write --region, as in --region 800x600+0+0"),
      (["hide", "private", "blur"], "write --exclude for a window, or --mask for a region"),
      (["overwrite", "y"], "write --force"),
      (["no-cursor", "hide-cursor", "nocursor"], "write --cursor never"),
      (["port", "bind", "address"], "write --listen, as in --listen 0.0.0.0:8080"),
      (["silent"], "write --quiet"),
      (["v"], "write --version"),
      (["verbose", "debug"], "write --json for all events, or --log-level debug with oriel serve"),
    ].flatMap { words, hint in words.map { ($0, hint) } })
}
