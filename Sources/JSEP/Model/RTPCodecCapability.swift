public import RTP
public import SDP

/// A codec that can be offered. Source: W3C `RTCRtpCodec`.
public struct RTPCodecCapability: Sendable, Hashable {
  /// Such as `VP8`; upper and lower case are the same.
  public var name: String
  public var clockRate: UInt32
  public var channels: UInt8?
  public var parameters: [FormatParameters.Parameter]
  public var feedback: RTCPFeedbackKinds
  /// Whether lost packets are sent again under a payload type of their own. Source: RFC 4588.
  public var hasRetransmission: Bool
  /// Whether packets may carry the one before them again, under a payload type of their own. Source: RFC 2198.
  public var hasRedundancy: Bool
  /// The payload type it is offered with, where that is still free.
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

  /// In stereo both ways, and lost packets are had from the next one: whole, where both know redundancy, for Opus's own copies
  /// are of speech alone. Nothing is sent again: that would need a stream of its
  /// own (RFC 4588), which no browser has for sound, as the same packet protected twice with other header extensions is no longer
  /// secret under AES-GCM. Source: RFC 7587 §7.
  public static let opus = RTPCodecCapability(
    name: "opus", clockRate: 48_000, channels: 2,
    parameters: [
      .init(name: "minptime", value: "10"), .init(name: "useinbandfec", value: "1"), .init(name: "stereo", value: "1"),
      .init(name: "sprop-stereo", value: "1"),
    ],
    feedback: [.transportCC], hasRedundancy: true, payloadType: 111)

  func isSameFormat(as codec: RTPCodec) -> Bool {
    SDPText.isSame(name, codec.name) && clockRate == codec.clockRate && (channels ?? 1) == (codec.channels ?? 1)
  }
}
