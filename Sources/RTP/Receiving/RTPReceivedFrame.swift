public import Media

/// An encoded frame assembled from its packets. It is decodable: the frames it depends on were delivered before it.
public struct RTPReceivedFrame: Sendable {
  public var data: [UInt8]
  public var kind: RTPMediaKind
  public var payloadType: PayloadType
  /// The RTP timestamp as received.
  public var timestamp: RTPTimestamp
  /// The timestamp without wrap-around, counted from the stream's first.
  public var ticks: Int64
  /// The capture time by the sender's wall clock; nil until a sender report or `abs-capture-time` relates it to
  /// timestamps.
  public var captureTime: NTPTime?
  /// When its last packet arrived.
  public var arrival: MediaTime
  public var isKeyFrame: Bool
  /// The size stated in a VP8 key frame; nil for other frames.
  public var size: PixelSize?
}
