/// Sound or pictures: SDP's `m=` line, the W3C's `MediaStreamTrack.kind`.
public enum RTPMediaKind: String, Sendable, Hashable, CaseIterable {
  case audio, video
}

/// The kinds of feedback negotiated by SDP's `rtcp-fb` lines. Source: RFC 4585 §4.2.
public struct RTCPFeedbackKinds: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let nack = RTCPFeedbackKinds(rawValue: 1 << 0)
  public static let pli = RTCPFeedbackKinds(rawValue: 1 << 1)
  public static let fir = RTCPFeedbackKinds(rawValue: 1 << 2)
  public static let remb = RTCPFeedbackKinds(rawValue: 1 << 3)
  public static let transportCC = RTCPFeedbackKinds(rawValue: 1 << 4)
}

/// The negotiated parameters of a sent stream.
public struct RTPSendParameters: Sendable, Hashable {
  public var kind: RTPMediaKind
  public var ssrc: SSRC
  /// The SSRC of retransmissions. Without it or `rtxPayloadType`, the original packets are sent again. Source: RFC
  /// 4588.
  public var rtxSSRC: SSRC?
  public var payloadType: PayloadType
  public var rtxPayloadType: PayloadType?
  /// The payload type of packets that also contain the previous one (RED). Source: RFC 2198.
  public var redPayloadType: PayloadType?
  /// Timestamp units per second.
  public var clockRate: Int
  /// The media section's MID; empty for none. If it is longer than 16 bytes, all header extensions use the two-byte
  /// form.
  public var mid: String
  public var extensions = RTPHeaderExtensionIDs()
  /// The feedback the receiver may send.
  public var feedback: RTCPFeedbackKinds = []
  /// Sent with key frames, when agreed on.
  public var playoutDelay: PlayoutDelay?
  /// The playout delay of the first frame only. When set, every later frame carries `playoutDelay` until the receiver
  /// has it.
  public var firstPlayoutDelay: PlayoutDelay?
  /// Sent with key frames, when agreed on and specified.
  public var contentType = VideoContentType.unspecified
  /// Sent with key frames, when agreed on.
  public var colorSpace: VideoColorSpace?

  public init(kind: RTPMediaKind, ssrc: SSRC, payloadType: PayloadType, clockRate: Int, mid: String = "") {
    self.kind = kind
    self.ssrc = ssrc
    self.payloadType = payloadType
    self.clockRate = clockRate
    self.mid = mid
  }
}

/// The negotiated parameters of a received stream.
public struct RTPReceiveParameters: Sendable, Hashable {
  /// The format of a payload type.
  public enum Format: Sendable, Hashable {
    case vp8
    case opus
    /// Retransmissions of another payload type. Source: RFC 4588.
    case rtx(PayloadType)
    /// Redundant audio: packets of another payload type, preceded by earlier ones. Source: RFC 2198.
    case red(PayloadType)
  }

  public var kind: RTPMediaKind
  /// The media section's MID; empty for none.
  public var mid: String
  public var formats: [PayloadType: Format]
  /// The SSRC that the remote description announced, and that of its retransmissions. When nil, the first suitable SSRC
  /// is used.
  public var ssrc: SSRC?
  public var rtxSSRC: SSRC?
  /// The feedback this end may send.
  public var feedback: RTCPFeedbackKinds = []

  public init(kind: RTPMediaKind, mid: String, formats: [PayloadType: Format]) {
    self.kind = kind
    self.mid = mid
    self.formats = formats
  }
}
