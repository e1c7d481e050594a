/// How a stream is received, as negotiated.
public struct RTPReceiveParameters: Sendable, Hashable {
  /// What a payload type stands for.
  public enum Format: Sendable, Hashable {
    case vp8
    case opus
    /// Retransmissions of another payload type. Source: RFC 4588.
    case rtx(PayloadType)
    /// Packets of another payload type with some before them. Source: RFC 2198.
    case red(PayloadType)
  }

  public var kind: RTPMediaKind
  /// The media section; empty for none.
  public var mid: String
  public var formats: [PayloadType: Format]
  /// The stream that the description announced, and its retransmissions; without, the first that fits is taken.
  public var ssrc: SSRC?
  public var rtxSSRC: SSRC?
  /// Feedback that may be sent.
  public var feedback: RTCPFeedbackKinds = []

  public init(kind: RTPMediaKind, mid: String, formats: [PayloadType: Format]) {
    self.kind = kind
    self.mid = mid
    self.formats = formats
  }
}
