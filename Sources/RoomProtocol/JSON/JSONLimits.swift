/// How much of a JSON text is read.
public struct JSONLimits: Sendable {
  /// Arrays and objects in each other.
  public var depth: Int
  /// Values, each element and member counted.
  public var values: Int

  public init(depth: Int = 64, values: Int = 50_000) {
    self.depth = depth
    self.values = values
  }
}
