/// A constraint that the source cannot fulfil. Source: W3C Media Capture and Streams §4.3.8.
public struct OverconstrainedError: Error, Sendable, Equatable, CustomStringConvertible {
  public var name: String { "OverconstrainedError" }
  /// The constraint's name, such as `width`.
  public let constraint: String
  /// One sentence with the requirement and what the source has.
  public let message: String

  public init(constraint: String, message: String) {
    self.constraint = constraint
    self.message = message
  }

  public var description: String { "\(name): \(message)" }
}
