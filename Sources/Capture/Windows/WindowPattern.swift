import Media

/// A pattern of `*` and `?` for names that programs give, which may have characters that nobody sees, or that are never shown
/// as they are: each form in which people may write such a name is compared with the same form of the pattern.
struct WindowPattern {
  private let texts: [String]
  private let globs: [Glob]

  init(_ pattern: String) {
    texts = writtenForms(pattern)
    globs = texts.map { Glob($0) }
  }

  func matches(_ name: String) -> Bool { rank(of: name) != nil }

  /// How closely the whole of `name` fits: 0 as it is, more where it only looks so; nil where it does not.
  func rank(of name: String) -> Int? {
    guard !name.isEmpty else { return nil }
    let names = writtenForms(name)
    return names.indices.first { index in
      if index > 0, names[index] == names[index - 1], texts[index] == texts[index - 1] { return false }
      return globs[index].matches(names[index])
    }
  }
}
