/// The identifier of a header extension: `extmap`. Source: RFC 8285 §8.
package struct RTPHeaderExtensionMapping: SDPValue {
  /// 1…14 with one-byte headers, up to 255 with two-byte ones; for 4096 and above the answerer chooses the identifier.
  package var id: UInt16
  package var direction: RTPTransceiverDirection?
  package var uri: String
  package var attributes: String?

  package init(id: UInt16, uri: String) {
    self.id = id
    self.uri = uri
  }

  init?(sdp text: Substring) {
    let (number, rest) = SDPText.splitOnce(text, at: " ")
    let (id, direction) = SDPText.splitOnce(number, at: "/")
    let (uri, attributes) = SDPText.splitOnce(rest ?? "", at: " ")
    guard let id: UInt16 = SDPText.decimal(id), id > 0, SDPText.isVisible(uri) else { return nil }
    if let direction {
      guard let direction = RTPTransceiverDirection(rawValue: String(direction)) else { return nil }
      self.direction = direction
    }
    self.id = id
    self.uri = String(uri)
    self.attributes = attributes.map(String.init)
  }

  package var description: String {
    "\(id)\(direction.map { "/\($0.rawValue)" } ?? "") \(uri)\(attributes.map { " \($0)" } ?? "")"
  }
}
