/// A group of sections: `group`. Source: RFC 5888 §5, RFC 9143 §5.
package struct SDPGroup: SDPValue {
  /// `BUNDLE` for sections that share a transport.
  package var semantics: String
  /// The sections' `mid`s.
  package var mids: [String]

  package init(semantics: String, mids: [String]) {
    self.semantics = semantics
    self.mids = mids
  }

  init?(sdp text: Substring) {
    // Some peers end an empty bundle in an answer with a space.
    let fields = text.utf8.split(separator: UInt8(ascii: " ")).map(Substring.init)
    guard let semantics = fields.first, fields.allSatisfy(SDPText.isToken) else { return nil }
    self.init(semantics: String(semantics), mids: fields.dropFirst().map(String.init))
  }

  package var description: String { ([semantics] + mids).joined(separator: " ") }
}
