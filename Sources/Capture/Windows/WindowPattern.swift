import Media

/// A pattern of `*` and `?` for names that programs set. These may contain invisible characters, or characters that are never
/// printed as they are: each form in which a user may write such a name is compared with the same form of the pattern.
struct WindowPattern {
  private let texts: [String]
  private let globs: [Glob]

  init(_ pattern: String) {
    texts = writtenForms(pattern)
    globs = texts.map { Glob($0) }
  }

  func matches(_ name: String) -> Bool { rank(of: name) != nil }

  /// How closely the whole of `name` matches: 0 as it is, more if only as it is printed or as it looks; nil if it does not match.
  func rank(of name: String) -> Int? {
    guard !name.isEmpty else { return nil }
    let names = writtenForms(name)
    return names.indices.first { index in
      if index > 0, names[index] == names[index - 1], texts[index] == texts[index - 1] { return false }
      return globs[index].matches(names[index])
    }
  }
}

/// A pattern of `*` and `?`; case is ignored.
struct Glob: Sendable {
  private let pattern: [Character]

  init(_ pattern: String) { self.pattern = Array(pattern.lowercased()) }

  /// Whether the whole of `text` matches. The time is at worst proportional to the product of both lengths.
  func matches(_ text: String) -> Bool {
    let text = Array(text.lowercased())
    var (place, at) = (0, 0)
    // Where to continue after the last star has taken one more character.
    var retry: (place: Int, at: Int)?
    while at < text.count {
      if place < pattern.count, pattern[place] == "*" {
        retry = (place + 1, at)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[at] {
        place += 1
        at += 1
      } else if let last = retry {
        retry = (last.place, last.at + 1)
        (place, at) = (last.place, last.at + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
