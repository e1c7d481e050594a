/// Sound or pictures: SDP's `m=` line, the W3C's `MediaStreamTrack.kind`.
public enum RTPMediaKind: String, Sendable, Hashable, CaseIterable {
  case audio, video
}

/// The kinds of feedback negotiated by SDP's `rtcp-fb` lines. Source: RFC 4585 §4.2.
package struct RTCPFeedbackKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let nack = RTCPFeedbackKinds(rawValue: 1 << 0)
  package static let pli = RTCPFeedbackKinds(rawValue: 1 << 1)
  package static let fir = RTCPFeedbackKinds(rawValue: 1 << 2)
  package static let remb = RTCPFeedbackKinds(rawValue: 1 << 3)
  package static let transportCC = RTCPFeedbackKinds(rawValue: 1 << 4)
}

/// The negotiated parameters of a sent stream.
package struct RTPSendParameters: Sendable, Hashable {
  package var kind: RTPMediaKind
  package var ssrc: SSRC
  /// The SSRC of retransmissions. Without it or `rtxPayloadType`, the original packets are sent again. Source: RFC
  /// 4588.
  package var rtxSSRC: SSRC?
  package var payloadType: PayloadType
  package var rtxPayloadType: PayloadType?
  /// The payload type of packets that also contain the previous one (RED). Source: RFC 2198.
  package var redPayloadType: PayloadType?
  /// Timestamp units per second.
  package var clockRate: Int
  /// The media section's MID; empty for none. If it is longer than 16 bytes, all header extensions use the two-byte
  /// form.
  package var mid: String
  package var extensions = RTPHeaderExtensionIDs()
  /// The feedback the receiver may send.
  package var feedback: RTCPFeedbackKinds = []
  /// Sent with key frames, when agreed on.
  package var playoutDelay: PlayoutDelay?
  /// The playout delay of the first frame only. When set, every later frame carries `playoutDelay` until the receiver
  /// has it.
  package var firstPlayoutDelay: PlayoutDelay?
  /// Sent with key frames, when agreed on and specified.
  package var contentType = VideoContentType.unspecified
  /// Sent with key frames, when agreed on.
  package var colorSpace: VideoColorSpace?

  package init(kind: RTPMediaKind, ssrc: SSRC, payloadType: PayloadType, clockRate: Int, mid: String = "") {
    self.kind = kind
    self.ssrc = ssrc
    self.payloadType = payloadType
    self.clockRate = clockRate
    self.mid = mid
  }
}

/// The negotiated parameters of a received stream.
package struct RTPReceiveParameters: Sendable, Hashable {
  /// The format of a payload type.
  package enum Format: Sendable, Hashable {
    case vp8
    case opus
    /// Retransmissions of another payload type. Source: RFC 4588.
    case rtx(PayloadType)
    /// Redundant audio: packets of another payload type, preceded by earlier ones. Source: RFC 2198.
    case red(PayloadType)
  }

  package var kind: RTPMediaKind
  /// The media section's MID; empty for none.
  package var mid: String
  package var formats: [PayloadType: Format]
  /// The SSRC that the remote description announced, and that of its retransmissions. When nil, the first suitable SSRC
  /// is used.
  package var ssrc: SSRC?
  package var rtxSSRC: SSRC?
  /// The feedback this end may send.
  package var feedback: RTCPFeedbackKinds = []

  package init(kind: RTPMediaKind, mid: String, formats: [PayloadType: Format]) {
    self.kind = kind
    self.mid = mid
    self.formats = formats
  }
}
