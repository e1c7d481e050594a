/// A video track's source. Source: W3C webrtc-stats, `RTCVideoSourceStats`.
public struct RTCVideoSourceStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .mediaSource }
  public var timestamp: Double
  public var trackIdentifier: String
  public var width: Int?
  public var height: Int?
  /// Since the start.
  public var frames: UInt64?
  /// In the last second.
  public var framesPerSecond: Double?

  public init(id: String, timestamp: Double, trackIdentifier: String) {
    self.id = id
    self.timestamp = timestamp
    self.trackIdentifier = trackIdentifier
  }

  public var kind: RTPMediaKind { .video }
}
