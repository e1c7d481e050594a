/// Where to send RTCP that has its own port: `rtcp`. Source: RFC 3605 §2.1.
package struct RTCPAddress: SDPValue {
  package var port: UInt16
  package var address: SDPAddress?

  package init(port: UInt16, address: SDPAddress? = nil) {
    self.port = port
    self.address = address
  }

  init?(sdp text: Substring) {
    let (port, rest) = SDPText.splitOnce(text, at: " ")
    guard let port: UInt16 = SDPText.decimal(port) else { return nil }
    self.port = port
    if let rest {
      guard let address = SDPAddress(sdp: rest) else { return nil }
      self.address = address
    }
  }

  package var description: String { address.map { "\(port) \($0)" } ?? String(port) }
}
