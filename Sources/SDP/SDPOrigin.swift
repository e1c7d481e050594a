/// The creator, id and version of a session: the `o=` line. Source: RFC 8866 §5.2.
public struct SDPOrigin: SDPValue {
  public var username = "-"
  public var sessionID: UInt64
  public var sessionVersion: UInt64
  public var address: SDPAddress

  public init(sessionID: UInt64, sessionVersion: UInt64, address: SDPAddress) {
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

  public var description: String { "\(username) \(sessionID) \(sessionVersion) \(address)" }
}
