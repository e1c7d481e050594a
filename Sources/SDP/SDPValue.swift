/// The value of a line or an attribute, parsed from its text and written as text.
protocol SDPValue: Sendable, Hashable, CustomStringConvertible {
  /// - Parameter text: the text after `x=` or the attribute's colon.
  /// - Returns: nil if the text does not follow the grammar.
  init?(sdp text: Substring)
}
