/// The forms in which a user may write a name, the closest first: exactly; as `printable` shows it; and as it looks, without
/// invisible characters and with single spaces.
/// - Returns: always three; equal ones for a name without such characters.
package func writtenForms(_ text: String) -> [String] {
  [text, printable(text), visibleText(text)]
}

/// Whether `text` is `name` in one of its written forms.
package func isWritten(_ text: String, _ name: String) -> Bool {
  zip(writtenForms(text), writtenForms(name)).contains { $0 == $1 }
}

private func visibleText(_ text: String) -> String {
  var words: [String.UnicodeScalarView] = [.init()]
  for scalar in text.unicodeScalars {
    let properties = scalar.properties
    if properties.isWhitespace {
      if words.last?.isEmpty == false { words.append(.init()) }
      continue
    }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .privateUse: continue
    default: if properties.isDefaultIgnorableCodePoint { continue }
    }
    words[words.count - 1].append(scalar)
  }
  return words.filter { !$0.isEmpty }.map { String($0) }.joined(separator: " ")
}

/// Replaces characters that could manipulate a terminal's output by U+FFFD: control, escape, bidirectional and other invisible
/// ones, private-use and unassigned ones. For names and texts from outside: windows, devices, files, members of a room and
/// their messages.
package func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: "\u{fffd}"
        default: scalar
        }
      }))
}
