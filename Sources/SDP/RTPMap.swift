package import RTP

/// The codec of a payload type: `rtpmap`. Source: RFC 8866 §6.6.
package struct RTPMap: SDPValue {
  package var payloadType: PayloadType
  /// Such as `VP8`; case-insensitive.
  package var name: String
  /// RTP timestamp units per second.
  package var clockRate: UInt32
  /// Audio channels; nil means one.
  package var channels: UInt8?

  package init(payloadType: PayloadType, name: String, clockRate: UInt32, channels: UInt8? = nil) {
    self.payloadType = payloadType
    self.name = name
    self.clockRate = clockRate
    self.channels = channels
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), fields.count == 2, let payloadType = PayloadType(sdp: fields[0]) else {
      return nil
    }
    let (name, rest) = SDPText.splitOnce(fields[1], at: "/")
    let (rate, channels) = SDPText.splitOnce(rest ?? "", at: "/")
    guard SDPText.isToken(name), let rate: UInt32 = SDPText.decimal(rate), rate > 0 else { return nil }
    if let channels {
      guard let channels: UInt8 = SDPText.decimal(channels) else { return nil }
      self.channels = channels
    }
    self.payloadType = payloadType
    self.name = String(name)
    clockRate = rate
  }

  package var description: String { "\(payloadType) \(name)/\(clockRate)\(channels.map { "/\($0)" } ?? "")" }
}
