/// A failure while driving a real program: one sentence for the test's log.
package struct HarnessError: Error, CustomStringConvertible, Sendable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
