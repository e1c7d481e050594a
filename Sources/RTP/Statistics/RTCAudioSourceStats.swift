/// An audio track's source. Source: W3C webrtc-stats, `RTCAudioSourceStats`.
public struct RTCAudioSourceStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .mediaSource }
  public var timestamp: Double
  public var trackIdentifier: String
  /// 0 to 1, of the last 20 ms.
  public var audioLevel: Double?
  /// The square of the level over time, in seconds.
  public var totalAudioEnergy: Double?
  /// Seconds.
  public var totalSamplesDuration: Double?

  public init(id: String, timestamp: Double, trackIdentifier: String) {
    self.id = id
    self.timestamp = timestamp
    self.trackIdentifier = trackIdentifier
  }

  public var kind: RTPMediaKind { .audio }
}
