/// Why a text is no session description. Source: RFC 9429 §5.8: such a text is refused as a whole.
public struct SDPError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Problem: Sendable, Hashable {
    /// More bytes, lines or sections than `SDPLimits` allow.
    case tooLong
    /// Not of the form `x=value`, or with a control character in it.
    case notALine
    /// A line that has to be here is another or none.
    case missing(String)
    /// A known line whose value does not follow its grammar.
    case malformed(String)
    /// A second one of a line that may be there once.
    case repeated(String)
  }

  /// Counted from 1, for the W3C's `sdpLineNumber`.
  public var line: Int
  public var problem: Problem

  public init(line: Int, _ problem: Problem) {
    self.line = line
    self.problem = problem
  }

  public var description: String {
    let what =
      switch problem {
      case .tooLong: "the description is longer than allowed"
      case .notALine: "not a line of the form x=value"
      case .missing(let name): "a line \(name) has to be here"
      case .malformed(let name): "\(name) is malformed"
      case .repeated(let name): "\(name) is there twice"
      }
    return "Line \(line) of the session description: \(what)"
  }
}
