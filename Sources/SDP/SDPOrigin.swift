/// The creator, id and version of a session: the `o=` line. Source: RFC 8866 §5.2.
package struct SDPOrigin: SDPValue {
  package var username = "-"
  package var sessionID: UInt64
  package var sessionVersion: UInt64
  package var address: SDPAddress

  package init(sessionID: UInt64, sessionVersion: UInt64, address: SDPAddress) {
    self.sessionID = sessionID
    self.sessionVersion = sessionVersion
    self.address = address
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), fields.count == 6, let id: UInt64 = SDPText.decimal(fields[1]),
      let version: UInt64 = SDPText.decimal(fields[2]), let address = SDPAddress(fields[3...])
    else { return nil }
    username = String(fields[0])
    sessionID = id
    sessionVersion = version
    self.address = address
  }

  package var description: String { "\(username) \(sessionID) \(sessionVersion) \(address)" }
}
