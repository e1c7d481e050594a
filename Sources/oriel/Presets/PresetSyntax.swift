import Yams

/// Finds what YAML has and presets do not.
enum PresetSyntax {
  struct Alias: Error {
    let line: Int
  }

  /// - Throws: `Alias` at an anchor or alias, which could make a small file enormous; Yams' own errors.
  static func check(_ text: String) throws {
    // An anchor or alias stands where a value begins: after a colon, a dash or at the start of a line.
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let code = line.prefix { $0 != "#" }
      let value = code.split(separator: ":", maxSplits: 1).last ?? ""
      for part in [code, value] {
        let start = part.drop { $0 == " " || $0 == "-" || $0 == "[" || $0 == "{" }
        if start.hasPrefix("&") || start.hasPrefix("*") { throw Alias(line: index + 1) }
      }
    }
  }
}
