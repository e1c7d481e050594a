/// A numbered list on the terminal: typing a number chooses an entry, Escape cancels.
struct NumberPrompt<Choice> {
  enum Outcome {
    case chosen(Choice)
    /// The key was handled by the prompt, which stays open or was cancelled.
    case taken
    /// The key is not for the prompt.
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
    return ([title] + lines + ["Type a number" + (choices.count > 9 ? " and Enter" : "") + "; Escape cancels"])
      .joined(separator: "\n")
  }

  /// The hint at the end of the live line.
  var hint: String { "[1-\(choices.count), Esc]\(typed > 0 ? " \(typed)" : "")" }

  /// Handles a key. A number is chosen by Enter, or at once if no longer number begins with it.
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
