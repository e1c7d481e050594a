import Yams

/// Parses the text of a preset: a flat list of keys and values, a small part of YAML.
enum PresetSyntax {
  /// One setting, unparsed.
  struct Entry {
    let key: String
    let value: String
    /// Counted from 1.
    let line: Int
  }

  struct Fault: Error {
    let line: Int?
    let what: String
  }

  /// The entries of `text`, in its order.
  /// - Throws: `Fault` for anything but a scalar value under a scalar key.
  static func entries(_ text: String) throws(Fault) -> [Entry] {
    if let line = firstOfTooManyAliases(text) { throw Fault(line: line, what: noAliases) }
    // Nodes hold their anchors weakly; the parser owns them.
    let (parser, root) = try compose(text)
    return try withExtendedLifetime(parser) { () throws(Fault) in try entries(of: root) }
  }

  private static let noAliases = "an anchor (&) or alias (*) is not for presets; write the value itself"

  private static func compose(_ text: String) throws(Fault) -> (Parser, Node?) {
    do {
      let parser = try Parser(yaml: text, encoding: .utf8)
      return (parser, try parser.singleRoot())
    } catch let error as YamlError {
      throw Fault(error)
    } catch {
      throw Fault(line: nil, what: "this is not valid YAML")
    }
  }

  private static func entries(of root: Node?) throws(Fault) -> [Entry] {
    guard let root else { return [] }
    if let anchored = firstAnchor(in: root) {
      throw Fault(line: anchored.line, what: (anchored.key.map { "\(quoted($0)): " } ?? "") + noAliases)
    }
    guard case .mapping(let mapping) = root else {
      throw Fault(line: root.mark?.line, what: "this is not a list of keys and values, as in fps: 30")
    }
    var entries: [Entry] = []
    for (keyNode, valueNode) in mapping {
      let line = keyNode.mark?.line
      guard let line, case .scalar(let key) = keyNode else {
        throw Fault(line: line, what: "a key is one word, as in fps: 30")
      }
      guard case .scalar(let value) = valueNode else {
        throw Fault(line: line, what: "\(quoted(key.string)) takes one value, not a list or a group of them")
      }
      guard hasNoForeignTag(key), hasNoForeignTag(value) else {
        throw Fault(line: line, what: "\(quoted(key.string)): a tag (!) is not for presets")
      }
      if let first = entries.first(where: { $0.key == key.string }) {
        throw Fault(line: line, what: "\(quoted(key.string)) is set twice, first in line \(first.line)")
      }
      entries.append(Entry(key: key.string, value: value.string, line: line))
    }
    return entries
  }

  /// The first node with an anchor, and the setting it belongs to. The target of an alias has an anchor, so the search
  /// visits no node twice.
  private static func firstAnchor(in node: Node, key: String? = nil) -> (line: Int?, key: String?)? {
    if node.anchor != nil { return (node.mark?.line, key) }
    switch node {
    case .mapping(let mapping):
      for (name, value) in mapping {
        if let found = firstAnchor(in: name, key: key) { return found }
        if let found = firstAnchor(in: value, key: key ?? name.scalar?.string) { return found }
      }
    case .sequence(let sequence):
      for value in sequence {
        if let found = firstAnchor(in: value, key: key) { return found }
      }
    case .scalar, .alias: break
    }
    return nil
  }

  private static func hasNoForeignTag(_ scalar: Node.Scalar) -> Bool {
    scalar.tag == .implicit || scalar.tag == Tag(.str)
  }

  /// The line of the first alias in a text with more than 20, which could take exponential time to parse: the parser
  /// compares keys, and nested aliases make huge keys of a few bytes. This count is a guess from the characters; a text
  /// with fewer is safe to parse and is then checked exactly.
  private static func firstOfTooManyAliases(_ text: String) -> Int? {
    var line = 1
    var count = 0
    var first = 1
    var before = UInt8(ascii: "\n")
    var isStar = false
    for byte in text.utf8 {
      let isName = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || isLetterOrDigit(byte)
      if isStar, isName {
        if count == 0 { first = line }
        count += 1
      }
      isStar = byte == UInt8(ascii: "*") && !isLetterOrDigit(before)
      if byte == UInt8(ascii: "\n") { line += 1 }
      before = byte
    }
    return count > 20 ? first : nil
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension PresetSyntax.Fault {
  /// The parser's error, worded for presets.
  fileprivate init(_ error: YamlError) {
    switch error {
    case .composer(_, let problem, let mark, _) where problem.contains("alias"):
      self.init(line: mark.line, what: "an anchor (&) or alias (*) is not for presets; write the value itself")
    case .composer(_, let problem, let mark, _) where problem.contains("another document"):
      self.init(line: mark.line, what: "a second document begins here; a preset is one")
    case .parser(_, let problem, let mark, _) where problem.contains("nesting"):
      self.init(line: mark.line, what: "the values are nested too deeply")
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(line: mark.line, what: "this is not valid YAML: \(problem)")
    case .reader(let problem, let offset, _, let yaml):
      let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
      self.init(line: line, what: "this is not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        line: context.mark.line > 0 ? context.mark.line : nil,
        what: "\(quoted(duplicates.first ?? "")) is set here and again below; keep one of them")
    default:
      self.init(line: nil, what: "this is not valid YAML")
    }
  }
}
