import ArgumentParser
import Foundation
import Oriel

/// `oriel presets`: lists the values of `--preset`.
struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "List the presets and what each sets.",
    discussion: """
      A preset is a YAML file. Put your own into $XDG_CONFIG_HOME/oriel/presets (~/.config/oriel/presets). A preset of \
      yours replaces the one of the same name that comes with Oriel.
      """)

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  private struct Entry: Encodable {
    let name: String
    /// Absent for the built-in default where no file is installed.
    let file: String?
    let description: String
    let sets: [String: String]
  }

  func run() throws {
    var entries: [Entry] = []
    var text: [String] = []
    var failure: Failure?
    let presets = PresetLibrary.all()
    let indent = 2 + (presets.map(\.name.count).max() ?? 0)
    for (name, path) in presets {
      do {
        let preset = try PresetLibrary.load(name)
        entries.append(
          Entry(
            name: name, file: path, description: preset.description,
            sets: Dictionary(preset.sets.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })))
        guard !json else { continue }
        text.append(name.padding(toLength: indent, withPad: " ", startingAt: 0) + printable(preset.description))
        for line in lines(preset.sets.map { "\($0.key) \($0.value)" }, width: 79 - indent) {
          text.append(String(repeating: " ", count: indent) + printable(line))
        }
        if let path { text.append(String(repeating: " ", count: indent) + printable(path)) }
      } catch let fault as Failure {
        // The other presets are still listed.
        failure = fault
        Reporter(style: .text).warn(fault.message)
      }
    }
    try StandardOutput.print(json ? jsonLine(entries) : text.joined(separator: "\n"))
    if let failure { throw failure.status.exitCode }
  }

  /// `words` joined by commas, in lines of at most `width` characters; a longer word has a line of its own.
  private func lines(_ words: [String], width: Int) -> [String] {
    var lines: [String] = []
    for (number, word) in words.enumerated() {
      let word = number + 1 < words.count ? word + "," : word
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }
}
