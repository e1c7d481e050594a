import Media

/// What to write instead of a selection that matches nothing.
extension WindowSelection {
  /// As it is written on a command line, quoted if necessary.
  var argument: String {
    let text = printable(description)
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ":._-+/".contains($0)) }
    return isPlain
      ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// Why it may match nothing, as the end of a sentence.
  var reasonForNoFit: String {
    switch self {
    case .id: "for a number is an id"
    case .title: "for a title has to fit whole"
    case .windowClass: "for a class has to fit whole"
    }
  }

  /// One or two selections that match some of `windows` and that the user may have meant, as arguments.
  /// - Parameter isForOne: whether one window is meant, not all that match.
  func advice(for windows: [DisplayWindow], isForOne: Bool) -> String? {
    let candidates: [WindowSelection] =
      switch self {
      case .id(let id): [.title(String(id))]
      case .title(let text):
        [.windowClass(text)] + (isForOne ? [.title(text + "*")] : [])
          + [.title("*" + text + "*"), .windowClass("*" + text + "*")]
      case .windowClass(let text): [.title(text), .windowClass("*" + text + "*"), .title("*" + text + "*")]
      }
    var (known, useful) = (Set<UInt32>(), [(words: String, isSingle: Bool)]())
    for candidate in candidates {
      let fitting = windows.filter(candidate.fits).map(\.id)
      if known.isSuperset(of: fitting) { continue }
      known.formUnion(fitting)
      useful.append((candidate.argument, fitting.count == 1))
    }
    if isForOne, let single = useful.first(where: \.isSingle) { return single.words }
    return useful.isEmpty ? nil : useful.prefix(2).map(\.words).joined(separator: " or ")
  }

  private func fits(_ window: DisplayWindow) -> Bool {
    switch self {
    case .id(let id): window.id == id
    case .title(let text): WindowPattern(text).matches(window.title)
    case .windowClass(let text): WindowPattern(text).matches(window.windowClass)
    }
  }
}
