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
