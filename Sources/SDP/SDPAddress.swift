/// A network address in SDP: `IN IP4 0.0.0.0`, also the value of a `c=` line. Source: RFC 8866 §5.7.
package struct SDPAddress: SDPValue {
  package var networkType = "IN"
  /// `IP4` or `IP6`.
  package var addressType: String
  /// An IP address or a host name; in a `c=` line optionally with a time to live.
  package var address: String

  /// - Parameter address: an IPv4 or IPv6 address.
  package init(_ address: String) {
    addressType = address.utf8.contains(UInt8(ascii: ":")) ? "IP6" : "IP4"
    self.address = address
  }

  init?(_ fields: ArraySlice<Substring>) {
    guard fields.count == 3, fields.allSatisfy(SDPText.isVisible) else { return nil }
    let fields = fields.map(String.init)
    networkType = fields[0]
    addressType = fields[1]
    address = fields[2]
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text) else { return nil }
    self.init(fields[...])
  }

  /// Used while no address is known. Source: RFC 9429 §5.2.1.
  package static let unspecified = SDPAddress("0.0.0.0")

  package var description: String { "\(networkType) \(addressType) \(address)" }
}
