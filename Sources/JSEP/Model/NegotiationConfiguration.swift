internal import RTP
public import SDP

/// The settings of a `Negotiation`.
public struct NegotiationConfiguration: Sendable {
  /// The seed of the session id and of the stream and track ids; should be random.
  public var seed: UInt64
  /// The fingerprints of this side's certificate.
  public var fingerprints: [RTCDtlsFingerprint]
  public var bundlePolicy = RTCBundlePolicy.balanced
  public var audio = RTPCapabilities.audio
  public var video = RTPCapabilities.video
  /// Whether sent packets carry transport-wide sequence numbers. When false, `transport-cc` and its extension are still
  /// negotiated (this side sends that feedback for received streams), but the parameters for sending omit them: a
  /// browser that receives packets without the number answers with REMB.
  public var sendsTransportSequenceNumbers = false
  /// The limit of remote candidates per set of credentials; more are counted and ignored.
  public var maximumRemoteCandidates = 20

  public init(seed: UInt64, fingerprints: [RTCDtlsFingerprint]) {
    self.seed = seed
    self.fingerprints = fingerprints
  }

  func capabilities(_ kind: RTPMediaKind) -> RTPCapabilities { kind == .audio ? audio : video }
}
