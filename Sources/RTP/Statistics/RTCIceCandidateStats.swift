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
