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
