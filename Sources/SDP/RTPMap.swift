public import RTP

/// What a payload type stands for: `rtpmap`. Source: RFC 8866 §6.6.
public struct RTPMap: SDPValue {
  public var payloadType: PayloadType
  /// Such as `VP8`; upper and lower case are the same.
  public var name: String
  /// Timestamp units to the second.
  public var clockRate: UInt32
  /// Of sound; where it is left out there is one.
  public var channels: UInt8?

  public init(payloadType: PayloadType, name: String, clockRate: UInt32, channels: UInt8? = nil) {
    self.payloadType = payloadType
    self.name = name
    self.clockRate = clockRate
    self.channels = channels
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), fields.count == 2, let payloadType = PayloadType(sdp: fields[0]) else {
      return nil
    }
    let (name, rest) = SDPText.halves(fields[1], at: "/")
    let (rate, channels) = SDPText.halves(rest ?? "", at: "/")
    guard SDPText.isToken(name), let rate: UInt32 = SDPText.decimal(rate), rate > 0 else { return nil }
    if let channels {
      guard let channels: UInt8 = SDPText.decimal(channels) else { return nil }
      self.channels = channels
    }
    self.payloadType = payloadType
    self.name = String(name)
    clockRate = rate
  }

  public var description: String { "\(payloadType) \(name)/\(clockRate)\(channels.map { "/\($0)" } ?? "")" }
}
