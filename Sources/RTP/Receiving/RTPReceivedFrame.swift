public import Media

/// A coded frame put together from its packets, all before it that it needs having come before.
public struct RTPReceivedFrame: Sendable {
  public var data: [UInt8]
  public var kind: RTPMediaKind
  public var payloadType: PayloadType
  /// As sent.
  public var timestamp: RTPTimestamp
  /// The timestamp without wrap-around, counted from the stream's first.
  public var ticks: Int64
  /// When it was captured by the sender's wall clock, once the stream's reports or `abs-capture-time` tell.
  public var captureTime: NTPTime?
  /// When its last packet came.
  public var arrival: MediaTime
  public var isKeyFrame: Bool
  /// The size that a VP8 key frame states; nil of other frames.
  public var size: PixelSize?
}
