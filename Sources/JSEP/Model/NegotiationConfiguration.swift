internal import RTP
public import SDP

/// What a `Negotiation` starts from.
public struct NegotiationConfiguration: Sendable {
  /// What the session's number, the streams' and the tracks' names are drawn from; to be random.
  public var seed: UInt64
  /// The digests of this side's certificate.
  public var fingerprints: [RTCDtlsFingerprint]
  public var bundlePolicy = RTCBundlePolicy.balanced
  public var audio = RTPCapabilities.audio
  public var video = RTPCapabilities.video
  /// Whether packets are numbered for transport-wide congestion control. Where they are not, `transport-cc` and its
  /// extension are negotiated all the same (this side sends the feedback for what it receives), but the parameters for
  /// sending leave them out: a browser that gets packets without the number answers with REMB.
  public var sendsTransportSequenceNumbers = false
  /// Addresses of the other side that are tried per set of its credentials; more are counted and left out.
  public var maximumRemoteCandidates = 20

  public init(seed: UInt64, fingerprints: [RTCDtlsFingerprint]) {
    self.seed = seed
    self.fingerprints = fingerprints
  }

  func capabilities(_ kind: RTPMediaKind) -> RTPCapabilities { kind == .audio ? audio : video }
}
