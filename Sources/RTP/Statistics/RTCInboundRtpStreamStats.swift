/// A received stream. Streams are not decoded here, so a decoder's values are missing. Source: W3C webrtc-stats,
/// `RTCInboundRtpStreamStats`.
public struct RTCInboundRtpStreamStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .inboundRTP }
  public var timestamp: Double
  public var ssrc: SSRC
  public var kind: RTPMediaKind
  public var transportId: String?
  public var codecId: String?
  public var mid: String?
  public var trackIdentifier: String?
  /// Includes retransmissions, as do the next two.
  public var packetsReceived: UInt64 = 0
  /// Payload bytes.
  public var bytesReceived: UInt64 = 0
  public var headerBytesReceived: UInt64 = 0
  public var retransmittedPacketsReceived: UInt64 = 0
  public var retransmittedBytesReceived: UInt64 = 0
  public var rtxSsrc: SSRC?
  public var packetsLost: Int64 = 0
  public var packetsDiscarded: UInt64 = 0
  /// Seconds.
  public var jitter: Double = 0
  /// Milliseconds since 1970.
  public var lastPacketReceivedTimestamp: Double?
  public var frameWidth: Int?
  public var frameHeight: Int?
  public var framesReceived: UInt64?
  public var framesDropped: UInt64?
  public var nackCount: UInt64 = 0
  public var firCount: UInt64?
  public var pliCount: UInt64?

  public init(id: String, timestamp: Double, ssrc: SSRC, kind: RTPMediaKind) {
    self.id = id
    self.timestamp = timestamp
    self.ssrc = ssrc
    self.kind = kind
  }
}
