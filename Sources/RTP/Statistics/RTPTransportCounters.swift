/// Counters of a session, common to all its streams.
public struct RTPTransportCounters: Sendable, Hashable {
  /// RTP or RTCP packets, or parts of compounds, that could not be parsed.
  public var malformedPackets: UInt64 = 0
  /// RTP packets that belong to no receiver.
  public var unassignedPackets: UInt64 = 0

  public init() {}
}
