/// A transport and its totals. Source: W3C webrtc-stats, `RTCTransportStats`.
public struct RTCTransportStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .transport }
  public var timestamp: Double
  public var packetsSent: UInt64 = 0
  public var packetsReceived: UInt64 = 0
  public var bytesSent: UInt64 = 0
  public var bytesReceived: UInt64 = 0
  /// `controlling` or `controlled`.
  public var iceRole: String?
  public var iceLocalUsernameFragment: String?
  /// A value of `RTCDtlsTransportState`.
  public var dtlsState: String
  /// A value of `RTCIceTransportState`.
  public var iceState: String?
  public var selectedCandidatePairId: String?
  public var localCertificateId: String?
  public var remoteCertificateId: String?
  /// The version in the ClientHello, four hexadecimal digits.
  public var tlsVersion: String?
  public var dtlsCipher: String?
  /// `client` or `server`.
  public var dtlsRole: String?
  public var srtpCipher: String?
  public var selectedCandidatePairChanges: UInt64?

  public init(id: String, timestamp: Double, dtlsState: String) {
    self.id = id
    self.timestamp = timestamp
    self.dtlsState = dtlsState
  }
}
