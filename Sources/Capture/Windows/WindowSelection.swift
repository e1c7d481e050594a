/// Selects one window by its id, or those whose whole title or class matches a pattern.
///
/// In a pattern `*` stands for any characters and `?` for one; case is ignored. A title or a class may also be written as it is
/// printed, with U+FFFD in place of characters that are not shown, or as it looks, without invisible characters.
public enum WindowSelection: Sendable, Hashable, CustomStringConvertible {
  case id(UInt32)
  case title(String)
  case windowClass(String)

  /// Parses an argument: a number or `0x…` is an id, `title:…` and `class:…` select one kind, and anything else is a title.
  /// - Returns: nil for an empty text.
  public init?(_ text: String) {
    if let rest = Self.rest(of: text, after: "title:") {
      self = .title(rest)
    } else if let rest = Self.rest(of: text, after: "class:") {
      self = .windowClass(rest)
    } else if let id = Self.number(text) {
      self = .id(id)
    } else if !text.isEmpty {
      self = .title(text)
    } else {
      return nil
    }
  }

  /// As a user writes it.
  public var description: String {
    switch self {
    case .id(let id): "0x" + String(id, radix: 16)
    case .title(let pattern): WindowSelection(pattern) == self ? pattern : "title:" + pattern
    case .windowClass(let pattern): "class:" + pattern
    }
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    guard text.lowercased().hasPrefix(prefix), text.count > prefix.count else { return nil }
    return String(text.dropFirst(prefix.count))
  }

  private static func number(_ text: String) -> UInt32? {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    // `UInt32("+1")` is 1, but not an id.
    guard digits.first?.isHexDigit == true else { return nil }
    return UInt32(digits, radix: isHexadecimal ? 16 : 10)
  }
}
