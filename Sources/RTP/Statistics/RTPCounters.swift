package import Media

/// Counters of a sender, and the remote end's reports on it.
package struct RTPSenderCounters: Sendable, Hashable {
  /// Includes retransmissions, as do the next two.
  package var packetsSent: UInt64 = 0
  /// Payload bytes.
  package var bytesSent: UInt64 = 0
  package var headerBytesSent: UInt64 = 0
  package var retransmittedPacketsSent: UInt64 = 0
  package var retransmittedBytesSent: UInt64 = 0
  package var framesSent: UInt64 = 0
  /// Frames dropped while a key frame was awaited or because the pacer's queue was full.
  package var framesDropped: UInt64 = 0
  /// The sum of the times that packets waited in the pacer.
  package var totalPacketSendDelay = MediaTime.zero
  /// NACK packets, not the packets they name.
  package var nackCount: UInt64 = 0
  package var pliCount: UInt64 = 0
  package var firCount: UInt64 = 0

  /// Whether a report on this stream has arrived; until then the following are meaningless.
  package var hasReport = false
  package var reportsReceived: UInt64 = 0
  package var packetsLost: Int64 = 0
  /// Without retransmissions.
  package var packetsReceived: Int64 = 0
  /// 0 to 1, over the interval of the last report.
  package var fractionLost = 0.0
  /// Seconds.
  package var jitter = 0.0
  package var roundTripTime: MediaTime?
  package var totalRoundTripTime = MediaTime.zero
  package var roundTripTimeMeasurements: UInt64 = 0

  package init() {}
}

/// Counters of a receiver.
package struct RTPReceiverCounters: Sendable, Hashable {
  package var ssrc: SSRC?
  package var payloadType: PayloadType?
  /// Includes retransmissions, as do the next two.
  package var packetsReceived: UInt64 = 0
  /// Payload bytes.
  package var bytesReceived: UInt64 = 0
  package var headerBytesReceived: UInt64 = 0
  package var retransmittedPacketsReceived: UInt64 = 0
  package var retransmittedBytesReceived: UInt64 = 0
  /// Negative when there were duplicates.
  package var packetsLost: Int64 = 0
  /// Duplicates, and packets that arrived too late.
  package var packetsDiscarded: UInt64 = 0
  /// Seconds.
  package var jitter = 0.0
  /// Complete frames.
  package var framesReceived: UInt64 = 0
  /// Frames of which packets arrived but that were not delivered.
  package var framesDropped: UInt64 = 0
  /// NACK, PLI and FIR packets sent.
  package var nackCount: UInt64 = 0
  package var pliCount: UInt64 = 0
  package var firCount: UInt64 = 0
  package var lastPacketReceived: MediaTime?
  /// Of the last key frame.
  package var frameSize: PixelSize?

  package init() {}
}

/// Counters of a session, common to all its streams.
package struct RTPTransportCounters: Sendable, Hashable {
  /// RTP or RTCP packets, or parts of compounds, that could not be parsed.
  package var malformedPackets: UInt64 = 0
  /// RTP packets that belong to no receiver.
  package var unassignedPackets: UInt64 = 0

  package init() {}
}
