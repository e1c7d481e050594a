import Foundation
import Oriel

/// Sets the title of the terminal on standard error, and restores the previous one.
struct TerminalTitle {
  /// Nil if the terminal has no title, or might print the escape sequences.
  init?(_ title: String) {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
    guard isatty(2) == 1, !["", "dumb", "linux"].contains(kind) else { return nil }
    // XTWINOPS 22 pushes the title onto the terminal's stack, if it has one; OSC 2 sets it.
    Self.put("\u{1b}[22;2t\u{1b}]2;\(printable(title))\u{1b}\\")
  }

  /// Clears the title, for terminals without a stack, where the shell sets its own; then pops the previous one.
  func restore() { Self.put("\u{1b}]2;\u{1b}\\\u{1b}[23;2t") }

  private static func put(_ text: String) { LineWriter.standardError.add(text) }
}
