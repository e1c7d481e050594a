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
  public var totalRoundTripTime: Double?
  public var currentRoundTripTime: Double?

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
