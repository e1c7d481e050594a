import Foundation

/// Fits text to the width of a terminal.
enum TerminalText {
  /// The width of the terminal on standard error.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// `text` with long lines wrapped between words; continuation lines keep the indentation.
  static func wrapped(_ text: String, columns: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { line in wrappedLine(line, columns: max(20, columns)) }.joined(separator: "\n")
  }

  /// `text` cut to one line: as many of its parts, separated by two spaces, as fit. A first part that is too long is
  /// cut itself.
  static func fitted(_ text: String, columns: Int) -> String {
    var shown = ""
    for part in text.split(separator: "  ") {
      let longer = shown.isEmpty ? String(part) : "\(shown)  \(part)"
      guard width(longer) <= columns else { break }
      shown = longer
    }
    return shown.isEmpty ? prefix(text[...], columns: columns) : shown
  }

  private static func wrappedLine(_ line: Substring, columns: Int) -> [String] {
    guard width(line) > columns else { return [String(line)] }
    // An entry of a list, such as "p  pause", is continued below its text.
    let head = line.prefixMatch(of: /[ ]*\S{1,8}[ ]{2,}|[ ]*/)?.output ?? ""
    let indent = String(repeating: " ", count: min(width(head), columns / 2))
    var lines = [String(head)]
    var hasWord = false
    for word in line.dropFirst(head.count).split(separator: " ") {
      if hasWord, width(lines[lines.count - 1]) + 1 + width(word) > columns {
        lines.append(indent)
        hasWord = false
      }
      if hasWord { lines[lines.count - 1] += " " }
      // A link longer than the line is not broken here: the terminal wraps it, so that it can still be copied.
      lines[lines.count - 1] += word
      hasWord = true
    }
    return lines
  }

  private static func prefix(_ text: Substring, columns: Int) -> String {
    var shown = text
    while width(shown) > columns { shown.removeLast() }
    return String(shown)
  }

  /// The width of `text` in terminal cells.
  private static func width(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + ($1.unicodeScalars.first.map(isWide) == true ? 2 : 1) }
  }

  /// Source: Unicode's East_Asian_Width, W and F, in blocks.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}
