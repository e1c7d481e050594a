import Foundation

/// Writes text with the macros of man(7).
struct Roff {
  private(set) var source = ""

  mutating func title(_ name: String, section: Int, source: String) {
    // Left-aligned and without hyphenation: options and paths are not broken.
    line(".nr HY 0")
    line(".TH \(Self.escaped(name.uppercased())) \(section) \"\" \"\(Self.escaped(source))\"")
    line(".ad l")
  }

  mutating func heading(_ text: String) { line(".SH \"\(Self.escaped(text.uppercased()))\"") }

  mutating func subheading(_ text: String) { line(".SS \"\(Self.escaped(text))\"") }

  /// One line of the synopsis; `parts` already contain markup.
  mutating func synopsis(_ command: String, _ parts: [String]) {
    line(".PP")
    line(([Self.bold(command)] + parts).joined(separator: " "))
  }

  mutating func paragraph(_ text: String) { line(Self.escaped(text)) }

  /// Paragraphs; an indented line is an example, followed by two or more spaces and its purpose.
  mutating func text(_ text: String) {
    for part in text.split(separator: "\n") {
      if part.hasPrefix("  ") {
        let example = part.drop { $0 == " " }
        let gap = example.firstRange(of: "  ") ?? example.endIndex..<example.endIndex
        let purpose = example[gap.upperBound...].drop { $0 == " " }
        entry(Self.bold(String(example[..<gap.lowerBound])), String(purpose))
      } else {
        line(".PP")
        line(Self.escaped(String(part)))
      }
    }
  }

  /// A term, which already contains markup, and its meaning.
  mutating func entry(_ term: String, _ text: String) {
    line(".TP")
    line(term)
    line(text.isEmpty ? "\\&" : Self.escaped(text))
  }

  mutating func entries(_ entries: [(String, String)]) {
    for (term, text) in entries { entry(Self.bold(term), text) }
  }

  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

  static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  /// `text` escaped for roff: hyphens can be copied, and no line is taken as a command.
  static func escaped(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }

  private mutating func line(_ text: String) { source += text + "\n" }
}
