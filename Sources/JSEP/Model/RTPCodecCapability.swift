public import RTP
public import SDP

/// A supported codec. Source: W3C `RTCRtpCodec`.
public struct RTPCodecCapability: Sendable, Hashable {
  /// Such as `VP8`; case-insensitive.
  public var name: String
  public var clockRate: UInt32
  public var channels: UInt8?
  public var parameters: [FormatParameters.Parameter]
  public var feedback: RTCPFeedbackKinds
  /// Whether lost packets are retransmitted with a payload type of their own. Source: RFC 4588.
  public var hasRetransmission: Bool
  /// Whether packets may repeat the previous one, with a payload type of their own. Source: RFC 2198.
  public var hasRedundancy: Bool
  /// The preferred payload type in an offer, if it is free.
  public var payloadType: PayloadType

  public init(
    name: String, clockRate: UInt32, channels: UInt8? = nil, parameters: [FormatParameters.Parameter] = [],
    feedback: RTCPFeedbackKinds = [], hasRetransmission: Bool = false, hasRedundancy: Bool = false,
    payloadType: PayloadType
  ) {
    self.name = name
    self.clockRate = clockRate
    self.channels = channels
    self.parameters = parameters
    self.feedback = feedback
    self.hasRetransmission = hasRetransmission
    self.hasRedundancy = hasRedundancy
    self.payloadType = payloadType
  }

  public static let vp8 = RTPCodecCapability(
    name: "VP8", clockRate: 90_000, feedback: [.nack, .pli, .fir, .remb, .transportCC], hasRetransmission: true,
    payloadType: 96)

  /// Stereo in both directions. A lost packet is recovered from the next one: complete if both sides support redundancy
  /// (RED), as Opus's in-band FEC covers speech only.
  ///
  /// Audio is not retransmitted. That would need a retransmission stream (RFC 4588), which no browser supports for
  /// audio: under AES-GCM, encrypting the same packet twice with different header extensions breaks its secrecy.
  /// Source: RFC 7587 §7.
  public static let opus = RTPCodecCapability(
    name: "opus", clockRate: 48_000, channels: 2,
    parameters: [
      .init(name: "minptime", value: "10"), .init(name: "useinbandfec", value: "1"), .init(name: "stereo", value: "1"),
      .init(name: "sprop-stereo", value: "1"),
    ],
    feedback: [.transportCC], hasRedundancy: true, payloadType: 111)

  func isSameFormat(as codec: RTPCodec) -> Bool {
    SDPText.equalsIgnoringCase(name, codec.name) && clockRate == codec.clockRate
      && (channels ?? 1) == (codec.channels ?? 1)
  }
}
