/// A peer's ICE credentials, which authenticate its connectivity checks. Source: RFC 8839 §5.4.
package struct ICEParameters: Sendable, Hashable {
  package var usernameFragment: String
  package var password: String

  package init(usernameFragment: String, password: String) {
    self.usernameFragment = usernameFragment
    self.password = password
  }

  /// Whether both have a length and characters that RFC 8839 allows.
  package var isValid: Bool {
    SDPText.isICE(Substring(usernameFragment), length: 4...256) && SDPText.isICE(Substring(password), length: 22...256)
  }
}
