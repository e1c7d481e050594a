public import Media

/// Counters of a sender, and the remote end's reports on it.
public struct RTPSenderCounters: Sendable, Hashable {
  /// Includes retransmissions, as do the next two.
  public var packetsSent: UInt64 = 0
  /// Payload bytes.
  public var bytesSent: UInt64 = 0
  public var headerBytesSent: UInt64 = 0
  public var retransmittedPacketsSent: UInt64 = 0
  public var retransmittedBytesSent: UInt64 = 0
  public var framesSent: UInt64 = 0
  /// Frames dropped while a key frame was awaited or because the pacer's queue was full.
  public var framesDropped: UInt64 = 0
  /// The sum of the times that packets waited in the pacer.
  public var totalPacketSendDelay = MediaTime.zero
  /// NACK packets, not the packets they name.
  public var nackCount: UInt64 = 0
  public var pliCount: UInt64 = 0
  public var firCount: UInt64 = 0

  /// Whether a report on this stream has arrived; until then the following are meaningless.
  public var hasReport = false
  public var reportsReceived: UInt64 = 0
  public var packetsLost: Int64 = 0
  /// Without retransmissions.
  public var packetsReceived: Int64 = 0
  /// 0 to 1, over the interval of the last report.
  public var fractionLost = 0.0
  /// Seconds.
  public var jitter = 0.0
  public var roundTripTime: MediaTime?
  public var totalRoundTripTime = MediaTime.zero
  public var roundTripTimeMeasurements: UInt64 = 0

  public init() {}
}

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

/// Counters of a session, common to all its streams.
public struct RTPTransportCounters: Sendable, Hashable {
  /// RTP or RTCP packets, or parts of compounds, that could not be parsed.
  public var malformedPackets: UInt64 = 0
  /// RTP packets that belong to no receiver.
  public var unassignedPackets: UInt64 = 0

  public init() {}
}
