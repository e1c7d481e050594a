/// The number that a header extension has: `extmap`. Source: RFC 8285 §8.
public struct RTPHeaderExtensionMapping: SDPValue {
  /// 1 to 14 with one-byte headers, to 255 with two-byte ones; 4096 and more are offered for the answer to choose.
  public var id: UInt16
  public var direction: RTPTransceiverDirection?
  public var uri: String
  public var attributes: String?

  public init(id: UInt16, uri: String) {
    self.id = id
    self.uri = uri
  }

  init?(sdp text: Substring) {
    let (number, rest) = SDPText.halves(text, at: " ")
    let (id, direction) = SDPText.halves(number, at: "/")
    let (uri, attributes) = SDPText.halves(rest ?? "", at: " ")
    guard let id: UInt16 = SDPText.decimal(id), id > 0, SDPText.isVisible(uri) else { return nil }
    if let direction {
      guard let direction = RTPTransceiverDirection(rawValue: String(direction)) else { return nil }
      self.direction = direction
    }
    self.id = id
    self.uri = String(uri)
    self.attributes = attributes.map(String.init)
  }

  public var description: String {
    "\(id)\(direction.map { "/\($0.rawValue)" } ?? "") \(uri)\(attributes.map { " \($0)" } ?? "")"
  }
}
