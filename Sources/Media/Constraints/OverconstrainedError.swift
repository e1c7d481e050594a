/// A constraint demands what the source cannot give. Source: W3C Media Capture and Streams §4.3.8.
public struct OverconstrainedError: Error, Sendable, Equatable, CustomStringConvertible {
  public var name: String { "OverconstrainedError" }
  /// The constraint's name, such as `width`.
  public let constraint: String
  /// One sentence that says what is demanded and what there is.
  public let message: String

  public init(constraint: String, message: String) {
    self.constraint = constraint
    self.message = message
  }

  public var description: String { "\(name): \(message)" }
}
