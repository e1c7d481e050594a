/// The remote end's reports on a sent stream. Source: W3C webrtc-stats, `RTCRemoteInboundRtpStreamStats`.
public struct RTCRemoteInboundRtpStreamStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .remoteInboundRTP }
  public var timestamp: Double
  public var ssrc: SSRC
  public var kind: RTPMediaKind
  public var transportId: String?
  public var codecId: String?
  /// The id of the outbound stream.
  public var localId: String?
  public var packetsLost: Int64 = 0
  public var packetsReceived: Int64 = 0
  /// Seconds.
  public var jitter: Double = 0
  /// Seconds; nil before it is known.
  public var roundTripTime: Double?
  public var totalRoundTripTime: Double = 0
  public var roundTripTimeMeasurements: UInt64 = 0
  /// 0 to 1.
  public var fractionLost: Double = 0

  public init(id: String, timestamp: Double, ssrc: SSRC, kind: RTPMediaKind) {
    self.id = id
    self.timestamp = timestamp
    self.ssrc = ssrc
    self.kind = kind
  }
}
