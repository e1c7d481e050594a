/// The direction of a section's media. Source: RFC 8866 §6.7, W3C `RTCRtpTransceiverDirection`.
public enum RTPTransceiverDirection: String, Sendable, Hashable, CaseIterable {
  case sendrecv, sendonly, recvonly, inactive

  public init(sends: Bool, receives: Bool) {
    self =
      switch (sends, receives) {
      case (true, true): .sendrecv
      case (true, false): .sendonly
      case (false, true): .recvonly
      case (false, false): .inactive
      }
  }

  public var sends: Bool { self == .sendrecv || self == .sendonly }
  public var receives: Bool { self == .sendrecv || self == .recvonly }

  /// The direction from the other side's point of view.
  public var reversed: Self { Self(sends: receives, receives: sends) }

  /// The direction that both allow. Both are from the same side's point of view.
  public func intersection(_ other: Self) -> Self {
    Self(sends: sends && other.sends, receives: receives && other.receives)
  }
}
