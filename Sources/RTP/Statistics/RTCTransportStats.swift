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

/// A pair of candidates. Source: W3C webrtc-stats, `RTCIceCandidatePairStats`.
public struct RTCIceCandidatePairStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .candidatePair }
  public var timestamp: Double
  public var transportId: String
  public var localCandidateId: String
  public var remoteCandidateId: String
  /// `frozen`, `waiting`, `in-progress`, `failed` or `succeeded`.
  public var state: String
  public var nominated: Bool?
  public var packetsSent: UInt64?
  public var packetsReceived: UInt64?
  public var bytesSent: UInt64?
  public var bytesReceived: UInt64?
  /// Milliseconds since 1970.
  public var lastPacketSentTimestamp: Double?
  public var lastPacketReceivedTimestamp: Double?
  /// Seconds.
  public var currentRoundTripTime: Double?
  /// The estimated bits a second that the path carries.
  public var availableOutgoingBitrate: Double?

  public init(
    id: String, timestamp: Double, transportId: String, localCandidateId: String, remoteCandidateId: String,
    state: String
  ) {
    self.id = id
    self.timestamp = timestamp
    self.transportId = transportId
    self.localCandidateId = localCandidateId
    self.remoteCandidateId = remoteCandidateId
    self.state = state
  }
}

/// A local or remote candidate. Source: W3C webrtc-stats, `RTCIceCandidateStats`.
public struct RTCIceCandidateStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType
  public var timestamp: Double
  public var transportId: String
  public var address: String?
  public var port: Int?
  /// `udp` or `tcp`.
  public var `protocol`: String?
  /// `host`, `srflx`, `prflx` or `relay`.
  public var candidateType: String
  public var priority: Int?
  /// The STUN or TURN server that provided it.
  public var url: String?
  /// `udp`, `tcp` or `tls`.
  public var relayProtocol: String?
  public var foundation: String?
  public var relatedAddress: String?
  public var relatedPort: Int?
  public var usernameFragment: String?
  public var tcpType: String?

  public init(id: String, type: RTCStatsType, timestamp: Double, transportId: String, candidateType: String) {
    self.id = id
    self.type = type
    self.timestamp = timestamp
    self.transportId = transportId
    self.candidateType = candidateType
  }
}
