public import RTP

/// A codec of a section with all that its lines say of it. Source: W3C `RTCRtpCodecParameters`.
public struct RTPCodec: Sendable, Hashable {
  public var payloadType: PayloadType
  /// Such as `VP8`; upper and lower case are the same.
  public var name: String
  /// Timestamp units to the second.
  public var clockRate: UInt32
  /// Of sound; nil is one.
  public var channels: UInt8?
  public var parameters: [FormatParameters.Parameter]
  /// Of this payload type alone and of all.
  public var feedback: RTCPFeedbackKinds

  public init(
    payloadType: PayloadType, name: String, clockRate: UInt32, channels: UInt8? = nil,
    parameters: [FormatParameters.Parameter] = [], feedback: RTCPFeedbackKinds = []
  ) {
    self.payloadType = payloadType
    self.name = name
    self.clockRate = clockRate
    self.channels = channels
    self.parameters = parameters
    self.feedback = feedback
  }

  /// Whether both are the same codec, whatever their numbers and parameters.
  public func isSameFormat(as other: RTPCodec) -> Bool {
    SDPText.isSame(name, other.name) && clockRate == other.clockRate && (channels ?? 1) == (other.channels ?? 1)
  }

  /// Whether it carries other packets again. Source: RFC 4588 §8.
  public var isRTX: Bool { SDPText.isSame(name, "rtx") }

  /// Whether it carries packets of a codec with others before them. Source: RFC 2198.
  public var isRED: Bool { SDPText.isSame(name, "red") }

  /// Whether it only helps another codec's packets to arrive.
  package var isRepair: Bool { isRTX || isRED }

  /// What redundant packets hold, where they hold one codec only, as in `111/111`. Source: RFC 2198 §5.
  public var redundantPayloadType: PayloadType? {
    let types = Set(parameters.first?.name.split(separator: "/", maxSplits: 8) ?? [])
    return types.count == 1 ? types.first.flatMap { PayloadType(sdp: $0) } : nil
  }

  /// What a retransmission is of: `apt`.
  public var associatedPayloadType: PayloadType? { parameters["apt"].flatMap { PayloadType(sdp: Substring($0)) } }
}
