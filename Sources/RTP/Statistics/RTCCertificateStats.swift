/// A certificate that a transport uses. Source: W3C webrtc-stats, `RTCCertificateStats`.
public struct RTCCertificateStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .certificate }
  public var timestamp: Double
  /// Upper case hexadecimal with colons.
  public var fingerprint: String
  /// The hash function in the form of `sha-256`.
  public var fingerprintAlgorithm: String
  /// DER.
  public var base64Certificate: String

  public init(
    id: String, timestamp: Double, fingerprint: String, fingerprintAlgorithm: String, base64Certificate: String
  ) {
    self.id = id
    self.timestamp = timestamp
    self.fingerprint = fingerprint
    self.fingerprintAlgorithm = fingerprintAlgorithm
    self.base64Certificate = base64Certificate
  }
}
