/// The bandwidth limit of a session or section: the `b=` line. Source: RFC 8866 §5.8.
package struct SDPBandwidth: SDPValue {
  /// `AS`: kilobits per second; `TIAS`: bits per second without headers (RFC 3890).
  package var type: String
  package var value: UInt64

  package init(type: String, value: UInt64) {
    self.type = type
    self.value = value
  }

  init?(sdp text: Substring) {
    let (type, value) = SDPText.splitOnce(text, at: ":")
    guard SDPText.isToken(type), let value, let value: UInt64 = SDPText.decimal(value) else { return nil }
    self.type = String(type)
    self.value = value
  }

  package var description: String { "\(type):\(value)" }

  /// The limit in bits per second; nil for an unknown type or an overflow.
  package var bitsPerSecond: UInt64? {
    switch type {
    case "AS":
      let (product, overflow) = value.multipliedReportingOverflow(by: 1000)
      return overflow ? nil : product
    case "TIAS": return value
    default: return nil
    }
  }
}
