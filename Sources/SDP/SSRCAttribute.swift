package import RTP

/// An attribute of one stream: `ssrc`. Source: RFC 5576 §4.1.
package struct SSRCAttribute: SDPValue {
  package var ssrc: SSRC
  /// Such as `cname`.
  package var name: String
  package var value: String?

  package init(ssrc: SSRC, name: String, value: String? = nil) {
    self.ssrc = ssrc
    self.name = name
    self.value = value
  }

  init?(sdp text: Substring) {
    let (number, rest) = SDPText.splitOnce(text, at: " ")
    guard let number: UInt32 = SDPText.decimal(number), let rest else { return nil }
    let (name, value) = SDPText.splitOnce(rest, at: ":")
    guard SDPText.isToken(name) else { return nil }
    self.init(ssrc: SSRC(rawValue: number), name: String(name), value: value.map(String.init))
  }

  package var description: String { "\(ssrc) \(name)\(value.map { ":\($0)" } ?? "")" }
}
