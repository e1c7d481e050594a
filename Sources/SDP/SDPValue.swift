/// The value of a line or an attribute: made from its text, and written as text.
protocol SDPValue: Sendable, Hashable, CustomStringConvertible {
  /// - Parameter text: what stands after `x=` or the attribute's colon.
  /// - Returns: nil where that does not follow the grammar.
  init?(sdp text: Substring)
}
