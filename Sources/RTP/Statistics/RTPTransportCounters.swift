/// Counters of a session, common to all its streams.
public struct RTPTransportCounters: Sendable, Hashable {
  public var transportFeedbackReceived: UInt64 = 0
  /// Packets that transport-wide feedback reported as received; the next counts those reported as lost.
  public var packetsAcknowledged: UInt64 = 0
  public var packetsReportedLost: UInt64 = 0
  /// RTP or RTCP packets, or parts of compounds, that could not be parsed.
  public var malformedPackets: UInt64 = 0
  /// RTP packets that belong to no receiver.
  public var unassignedPackets: UInt64 = 0

  public init() {}
}
