public import Media

/// Counters of a receiver.
public struct RTPReceiverCounters: Sendable, Hashable {
  public var ssrc: SSRC?
  public var payloadType: PayloadType?
  /// Includes retransmissions, as do the next two.
  public var packetsReceived: UInt64 = 0
  /// Payload bytes.
  public var bytesReceived: UInt64 = 0
  public var headerBytesReceived: UInt64 = 0
  public var retransmittedPacketsReceived: UInt64 = 0
  public var retransmittedBytesReceived: UInt64 = 0
  /// Negative when there were duplicates.
  public var packetsLost: Int64 = 0
  /// Duplicates, and packets that arrived too late.
  public var packetsDiscarded: UInt64 = 0
  /// Seconds.
  public var jitter = 0.0
  /// Complete frames.
  public var framesReceived: UInt64 = 0
  /// Frames of which packets arrived but that were not delivered.
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
