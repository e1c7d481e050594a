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
