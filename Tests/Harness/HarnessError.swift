/// What went wrong while driving a real program: one sentence for whoever reads the test's log.
public struct HarnessError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
