package import RTP

/// Feedback that a receiver may send: `rtcp-fb`. Source: RFC 4585 §4.2.
package struct RTCPFeedback: SDPValue {
  /// nil for every format of the section: `*`.
  package var payloadType: PayloadType?
  /// Such as `nack`.
  package var kind: String
  /// Such as `pli` in `nack pli`.
  package var parameter: String?

  package init(payloadType: PayloadType?, kind: String, parameter: String? = nil) {
    self.payloadType = payloadType
    self.kind = kind
    self.parameter = parameter
  }

  init?(sdp text: Substring) {
    let (format, rest) = SDPText.splitOnce(text, at: " ")
    guard let rest else { return nil }
    if format != "*" {
      guard let payloadType = PayloadType(sdp: format) else { return nil }
      self.payloadType = payloadType
    }
    let (kind, parameter) = SDPText.splitOnce(rest, at: " ")
    guard SDPText.isToken(kind) else { return nil }
    self.kind = String(kind)
    self.parameter = parameter.map(String.init)
  }

  package var description: String {
    "\(payloadType?.description ?? "*") \(kind)\(parameter.map { " \($0)" } ?? "")"
  }

  /// The corresponding kind; empty for feedback that Oriel does not support.
  package var kinds: RTCPFeedbackKinds {
    switch (kind, parameter) {
    case ("nack", nil): .nack
    case ("nack", "pli"): .pli
    case ("ccm", "fir"): .fir
    case ("goog-remb", nil): .remb
    case ("transport-cc", nil): .transportCC
    default: []
    }
  }
}
