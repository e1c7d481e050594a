import Harness

/// The lines that `--json` prints.
enum Events {
  static func parse(_ text: String) -> [JSON] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap {
      try? JSON(parsing: String($0))
    }
  }

  static func name(ofLine line: String) -> String? { (try? JSON(parsing: line))?["event"].string }
}
