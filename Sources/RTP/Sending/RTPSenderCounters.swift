public import Media

/// What a sender has done, and what the remote end says of it.
public struct RTPSenderCounters: Sendable, Hashable {
  /// Retransmissions included, in this and the next two.
  public var packetsSent: UInt64 = 0
  /// Of payload.
  public var bytesSent: UInt64 = 0
  public var headerBytesSent: UInt64 = 0
  public var retransmittedPacketsSent: UInt64 = 0
  public var retransmittedBytesSent: UInt64 = 0
  public var framesSent: UInt64 = 0
  public var keyFramesSent: UInt64 = 0
  /// That came while a key frame was awaited, or that the pacer's limit cost.
  public var framesDropped: UInt64 = 0
  /// Time that packets waited in the pacer, all together.
  public var totalPacketSendDelay = MediaTime.zero
  /// NACK packets, not the packets they name.
  public var nackCount: UInt64 = 0
  public var pliCount: UInt64 = 0
  public var firCount: UInt64 = 0

  /// Whether a report about this stream has come; until then the following mean nothing.
  public var hasReport = false
  public var reportsReceived: UInt64 = 0
  public var packetsLost: Int64 = 0
  /// Without retransmissions.
  public var packetsReceived: Int64 = 0
  /// 0 to 1, over the last report's time.
  public var fractionLost = 0.0
  /// Seconds.
  public var jitter = 0.0
  public var roundTripTime: MediaTime?
  public var totalRoundTripTime = MediaTime.zero
  public var roundTripTimeMeasurements: UInt64 = 0

  public init() {}
}
