package import RTP
package import SDP

/// A supported codec. Source: W3C `RTCRtpCodec`.
package struct RTPCodecCapability: Sendable, Hashable {
  /// Such as `VP8`; case-insensitive.
  package var name: String
  package var clockRate: UInt32
  package var channels: UInt8?
  package var parameters: [FormatParameters.Parameter]
  package var feedback: RTCPFeedbackKinds
  /// Whether lost packets are retransmitted with a payload type of their own. Source: RFC 4588.
  package var hasRetransmission: Bool
  /// Whether packets may repeat the previous one, with a payload type of their own. Source: RFC 2198.
  package var hasRedundancy: Bool
  /// The preferred payload type in an offer, if it is free.
  package var payloadType: PayloadType

  package init(
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

  package static let vp8 = RTPCodecCapability(
    name: "VP8", clockRate: 90_000, feedback: [.nack, .pli, .fir, .remb, .transportCC], hasRetransmission: true,
    payloadType: 96)

  /// Stereo in both directions. A lost packet is recovered from the next one: complete if both sides support redundancy
  /// (RED), as Opus's in-band FEC covers speech only.
  ///
  /// Audio is not retransmitted. That would need a retransmission stream (RFC 4588), which no browser supports for
  /// audio: under AES-GCM, encrypting the same packet twice with different header extensions breaks its secrecy.
  /// Source: RFC 7587 §7.
  package static let opus = RTPCodecCapability(
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
