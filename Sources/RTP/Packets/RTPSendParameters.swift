/// How a stream is sent, as negotiated.
public struct RTPSendParameters: Sendable, Hashable {
  public var kind: RTPMediaKind
  public var ssrc: SSRC
  /// Of retransmissions; without it or its payload type, packets are sent again as they were. Source: RFC 4588.
  public var rtxSSRC: SSRC?
  public var payloadType: PayloadType
  public var rtxPayloadType: PayloadType?
  /// Of packets that carry the one before them as well. Source: RFC 2198.
  public var redPayloadType: PayloadType?
  /// Timestamp units to the second.
  public var clockRate: Int
  /// The media section; empty for none. Longer than 16 bytes, all header extensions take the two-byte form.
  public var mid: String
  public var extensions = RTPHeaderExtensionIDs()
  /// What the receiver may send.
  public var feedback: RTCPFeedbackKinds = []
  /// Sent with key frames, when agreed on.
  public var playoutDelay: PlayoutDelay?
  /// The same for the first picture alone; what holds from then on comes with every picture until it has arrived.
  public var openingPlayoutDelay: PlayoutDelay?
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
