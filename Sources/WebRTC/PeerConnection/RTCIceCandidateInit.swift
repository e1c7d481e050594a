internal import JSEP

/// A candidate as text, to be exchanged with the peer. Source: W3C WebRTC §4.8.1.1.
public struct RTCIceCandidateInit: Sendable, Hashable {
  /// The value of the candidate attribute (RFC 8839 §5.1); empty for the end of candidates.
  public var candidate: String
  /// The media section it is for; `sdpMid` or `sdpMLineIndex` is required.
  public var sdpMid: String?
  public var sdpMLineIndex: Int?
  /// The ICE generation that it belongs to.
  public var usernameFragment: String?

  public init(
    candidate: String = "", sdpMid: String? = nil, sdpMLineIndex: Int? = nil, usernameFragment: String? = nil
  ) {
    self.candidate = candidate
    self.sdpMid = sdpMid
    self.sdpMLineIndex = sdpMLineIndex
    self.usernameFragment = usernameFragment
  }
}

extension RTCIceCandidateInit {
  init(_ local: Negotiation.LocalCandidate) {
    self.init(
      candidate: local.candidate, sdpMid: local.sdpMid, sdpMLineIndex: local.sdpMLineIndex,
      usernameFragment: local.usernameFragment)
  }
}
