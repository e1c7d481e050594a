internal import RTP
package import SDP

/// The settings of a `Negotiation`.
package struct NegotiationConfiguration: Sendable {
  /// The seed of the session id and of the stream and track ids; should be random.
  package var seed: UInt64
  /// The fingerprints of this side's certificate.
  package var fingerprints: [RTCDtlsFingerprint]
  package var bundlePolicy = RTCBundlePolicy.balanced
  package var audio = RTPCapabilities.audio
  package var video = RTPCapabilities.video
  /// Whether sent packets carry transport-wide sequence numbers. When false, `transport-cc` and its extension are still
  /// negotiated (this side sends that feedback for received streams), but the parameters for sending omit them: a
  /// browser that receives packets without the number answers with REMB.
  package var sendsTransportSequenceNumbers = false
  /// The limit of remote candidates per set of credentials; more are counted and ignored.
  package var maximumRemoteCandidates = 20

  package init(seed: UInt64, fingerprints: [RTCDtlsFingerprint]) {
    self.seed = seed
    self.fingerprints = fingerprints
  }

  func capabilities(_ kind: RTPMediaKind) -> RTPCapabilities { kind == .audio ? audio : video }
}
