/// How people may write a name that others gave, the closest first: as it is; as it is printed, with `printable`'s marks in
/// place of what must not be shown; and as it looks, without what cannot be seen and with single spaces.
/// - Returns: always three, equal ones where there is nothing to hide.
package func writtenForms(_ text: String) -> [String] {
  [text, printable(text), visibleText(text)]
}

/// Whether people may mean `name` by `text`.
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
