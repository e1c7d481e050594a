/// A numbered list on the terminal, out of which a number that is typed chooses; Escape leaves it.
struct NumberPrompt<Choice> {
  enum Outcome {
    case chosen(Choice)
    /// The key was for the prompt, which goes on or was left.
    case taken
    /// The key has nothing to do with it.
    case other

    var isForPrompt: Bool { if case .other = self { false } else { true } }
  }

  let choices: [Choice]
  private(set) var isOver = false
  private var typed = 0

  init(choices: [Choice]) { self.choices = choices }

  /// The list, from number 1.
  func text(title: String, name: (Choice) -> String) -> String {
    let lines = choices.enumerated().map { "  \($0.offset + 1)  \(name($0.element))" }
    return ([title] + lines + ["A number chooses" + (choices.count > 9 ? ", with Enter" : "") + "; Escape leaves it"])
      .joined(separator: "\n")
  }

  /// For the end of a line.
  var hint: String { "[1-\(choices.count), Esc]\(typed > 0 ? " \(typed)" : "")" }

  /// A number is chosen once no other begins with it, or by Enter.
  mutating func take(_ key: Character) -> Outcome {
    switch key {
    case "\u{1b}": isOver = true
    case "\u{7f}", "\u{8}": typed /= 10
    case "\r", "\n": return choose()
    default:
      guard key.isASCII, let digit = key.wholeNumberValue else { return .other }
      let number = typed * 10 + digit
      guard number >= 1, number <= choices.count else { return .taken }
      typed = number
      if typed * 10 > choices.count { return choose() }
    }
    return .taken
  }

  private mutating func choose() -> Outcome {
    guard typed > 0 else { return .taken }
    isOver = true
    return .chosen(choices[typed - 1])
  }
}
