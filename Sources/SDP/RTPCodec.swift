package import RTP

/// A codec of a section, from its `rtpmap`, `fmtp` and `rtcp-fb` lines. Source: W3C `RTCRtpCodecParameters`.
package struct RTPCodec: Sendable, Hashable {
  package var payloadType: PayloadType
  /// Such as `VP8`; case-insensitive.
  package var name: String
  /// RTP timestamp units per second.
  package var clockRate: UInt32
  /// Audio channels; nil means one.
  package var channels: UInt8?
  package var parameters: [FormatParameters.Parameter]
  /// Feedback declared for this payload type or for all.
  package var feedback: RTCPFeedbackKinds

  package init(
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

  /// Whether both are the same codec, ignoring payload types and parameters.
  package func isSameFormat(as other: RTPCodec) -> Bool {
    SDPText.equalsIgnoringCase(name, other.name) && clockRate == other.clockRate
      && (channels ?? 1) == (other.channels ?? 1)
  }

  /// Whether it is the retransmission format. Source: RFC 4588 §8.
  package var isRTX: Bool { SDPText.equalsIgnoringCase(name, "rtx") }

  /// Whether it is redundant audio: each packet also carries earlier ones. Source: RFC 2198.
  package var isRED: Bool { SDPText.equalsIgnoringCase(name, "red") }

  /// Whether it only repairs losses of another codec's packets.
  package var isRepair: Bool { isRTX || isRED }

  /// The payload type in redundant packets; nil unless there is only one, as in `111/111`. Source: RFC 2198 §5.
  package var redundantPayloadType: PayloadType? {
    let types = Set(parameters.first?.name.split(separator: "/", maxSplits: 8) ?? [])
    return types.count == 1 ? types.first.flatMap { PayloadType(sdp: $0) } : nil
  }

  /// The payload type that is retransmitted: `apt`.
  package var associatedPayloadType: PayloadType? { parameters["apt"].flatMap { PayloadType(sdp: Substring($0)) } }
}
