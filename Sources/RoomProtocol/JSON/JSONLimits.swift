/// Limits for reading a JSON text.
public struct JSONLimits: Sendable {
  /// The most arrays and objects nested in each other.
  public var depth: Int
  /// The most values, with each element and member counted.
  public var values: Int

  public init(depth: Int = 64, values: Int = 50_000) {
    self.depth = depth
    self.values = values
  }
}
