/// Why a text is not a session description. An invalid text is rejected as a whole. Source: RFC 9429 §5.8.
package struct SDPError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Problem: Sendable, Hashable {
    /// More bytes, lines or sections than `SDPLimits` allow.
    case tooLong
    /// Not of the form `x=value`, or has a control character.
    case notALine
    /// The line required at this place is missing.
    case missing(String)
    /// A known line whose value does not follow its grammar.
    case malformed(String)
    /// A line that may occur only once is repeated.
    case repeated(String)
  }

  /// Counted from 1, for the W3C's `sdpLineNumber`.
  package var line: Int
  package var problem: Problem

  package init(line: Int, _ problem: Problem) {
    self.line = line
    self.problem = problem
  }

  package var description: String {
    let what =
      switch problem {
      case .tooLong: "the description is longer than allowed"
      case .notALine: "not a line of the form x=value"
      case .missing(let name): "a line \(name) is required here"
      case .malformed(let name): "\(name) is malformed"
      case .repeated(let name): "\(name) is repeated"
      }
    return "Line \(line) of the session description: \(what)"
  }
}
