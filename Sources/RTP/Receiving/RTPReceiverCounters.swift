public import Media

/// What a receiver has received.
public struct RTPReceiverCounters: Sendable, Hashable {
  public var ssrc: SSRC?
  public var payloadType: PayloadType?
  /// Retransmissions included, in this and the next two.
  public var packetsReceived: UInt64 = 0
  /// Of payload.
  public var bytesReceived: UInt64 = 0
  public var headerBytesReceived: UInt64 = 0
  public var retransmittedPacketsReceived: UInt64 = 0
  public var retransmittedBytesReceived: UInt64 = 0
  /// Negative when there were duplicates.
  public var packetsLost: Int64 = 0
  /// Came, but twice or too late.
  public var packetsDiscarded: UInt64 = 0
  /// Seconds.
  public var jitter = 0.0
  /// Complete ones.
  public var framesReceived: UInt64 = 0
  public var keyFramesReceived: UInt64 = 0
  /// Begun, but never handed on.
  public var framesDropped: UInt64 = 0
  /// NACK, PLI and FIR packets sent.
  public var nackCount: UInt64 = 0
  public var pliCount: UInt64 = 0
  public var firCount: UInt64 = 0
  public var lastPacketReceived: MediaTime?
  /// Of the last key frame.
  public var frameSize: PixelSize?

  public init() {}
}
