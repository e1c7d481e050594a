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

/// A codec in use. Source: W3C webrtc-stats, `RTCCodecStats`.
public struct RTCCodecStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .codec }
  public var timestamp: Double
  public var payloadType: PayloadType
  public var transportId: String
  public var mimeType: String
  public var clockRate: Int?
  public var channels: Int?

  public init(id: String, timestamp: Double, payloadType: PayloadType, transportId: String, mimeType: String) {
    self.id = id
    self.timestamp = timestamp
    self.payloadType = payloadType
    self.transportId = transportId
    self.mimeType = mimeType
  }
}
