import Foundation
import Oriel

/// The title of the terminal on standard error while something is going on, and what it was before afterwards.
struct TerminalTitle {
  /// Nil on a terminal that has no title, or might print the sequences.
  init?(_ title: String) {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
    guard isatty(2) == 1, !["", "dumb", "linux"].contains(kind) else { return nil }
    // XTWINOPS 22 keeps the title on a stack, where the terminal has one; OSC 2 sets it.
    Self.put("\u{1b}[22;2t\u{1b}]2;\(printable(title))\u{1b}\\")
  }

  /// Empties the title for terminals without a stack, where the shell sets its own again, and brings the old one back.
  func restore() { Self.put("\u{1b}]2;\u{1b}\\\u{1b}[23;2t") }

  private static func put(_ text: String) { LineWriter.standardError.add(text) }
}
