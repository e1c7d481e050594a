/// What sound a track gives. Source: W3C webrtc-stats, `RTCAudioSourceStats`.
public struct RTCAudioSourceStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .mediaSource }
  public var timestamp: Double
  public var trackIdentifier: String
  /// 0 to 1.
  public var audioLevel: Double?
  /// Seconds.
  public var totalSamplesDuration: Double?

  public init(id: String, timestamp: Double, trackIdentifier: String) {
    self.id = id
    self.timestamp = timestamp
    self.trackIdentifier = trackIdentifier
  }

  public var kind: RTPMediaKind { .audio }
}
