import ArgumentParser

/// `oriel presets`: what `--preset` knows.
struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "List the presets and what each sets.",
    discussion: """
      A preset is a YAML file. Your own go into $XDG_CONFIG_HOME/oriel/presets (~/.config/oriel/presets); one with the \
      name of a preset that comes with Oriel is taken instead of it.
      """)

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  private struct Entry: Encodable {
    let name, file, description: String
    let sets: [String: String]
  }

  func run() throws {
    var entries: [Entry] = []
    for (name, path) in PresetLibrary.all() {
      do {
        let preset = try Preset.load(path)
        entries.append(
          Entry(
            name: name, file: path, description: preset.description,
            sets: Dictionary(preset.sets.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })))
        if !json {
          print("\(name)  \(printable(preset.description))")
          print("  " + preset.sets.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
          print("  from \(printable(path))")
        }
      } catch let failure as Failure {
        // One bad file hides no other.
        Reporter(style: .quiet).warn(failure.message)
      }
    }
    if json { print(jsonLine(entries)) }
  }
}
