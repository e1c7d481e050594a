public import RTP

/// An attribute of one stream: `ssrc`. Source: RFC 5576 §4.1.
public struct SSRCAttribute: SDPValue {
  public var ssrc: SSRC
  /// Such as `cname`.
  public var name: String
  public var value: String?

  public init(ssrc: SSRC, name: String, value: String? = nil) {
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

  public var description: String { "\(ssrc) \(name)\(value.map { ":\($0)" } ?? "")" }
}
