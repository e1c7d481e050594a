/// A sent stream. Source: W3C webrtc-stats, `RTCOutboundRtpStreamStats`.
public struct RTCOutboundRtpStreamStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .outboundRTP }
  public var timestamp: Double
  public var ssrc: SSRC
  public var kind: RTPMediaKind
  public var transportId: String?
  public var codecId: String?
  public var mid: String?
  public var mediaSourceId: String?
  public var remoteId: String?
  public var rtxSsrc: SSRC?
  /// Includes retransmissions, as do the next two.
  public var packetsSent: UInt64 = 0
  /// Payload bytes.
  public var bytesSent: UInt64 = 0
  public var headerBytesSent: UInt64 = 0
  public var retransmittedPacketsSent: UInt64 = 0
  public var retransmittedBytesSent: UInt64 = 0
  /// Bits per second.
  public var targetBitrate: Double?
  public var frameWidth: Int?
  public var frameHeight: Int?
  public var framesPerSecond: Double?
  public var framesSent: UInt64?
  /// Frames dropped because the path was too slow. Not in the specification.
  public var framesDropped: UInt64?
  /// From here to `totalEncodeTime`: values of the encoder, which may serve many streams.
  public var framesEncoded: UInt64?
  public var keyFramesEncoded: UInt64?
  /// Seconds.
  public var totalEncodeTime: Double?
  /// Seconds, the sum of all packets.
  public var totalPacketSendDelay: Double = 0
  public var nackCount: UInt64 = 0
  public var firCount: UInt64?
  public var pliCount: UInt64?
  public var encoderImplementation: String?
  public var active: Bool = true

  public init(id: String, timestamp: Double, ssrc: SSRC, kind: RTPMediaKind) {
    self.id = id
    self.timestamp = timestamp
    self.ssrc = ssrc
    self.kind = kind
  }
}

/// The remote end's reports on a sent stream. Source: W3C webrtc-stats, `RTCRemoteInboundRtpStreamStats`.
public struct RTCRemoteInboundRtpStreamStats: RTCStats, Hashable {
  public var id: String
  public var type: RTCStatsType { .remoteInboundRTP }
  public var timestamp: Double
  public var ssrc: SSRC
  public var kind: RTPMediaKind
  public var transportId: String?
  public var codecId: String?
  /// The id of the outbound stream.
  public var localId: String?
  public var packetsLost: Int64 = 0
  public var packetsReceived: Int64 = 0
  /// Seconds.
  public var jitter: Double = 0
  /// Seconds; nil before it is known.
  public var roundTripTime: Double?
  public var totalRoundTripTime: Double = 0
  public var roundTripTimeMeasurements: UInt64 = 0
  /// 0 to 1.
  public var fractionLost: Double = 0

  public init(id: String, timestamp: Double, ssrc: SSRC, kind: RTPMediaKind) {
    self.id = id
    self.timestamp = timestamp
    self.ssrc = ssrc
    self.kind = kind
  }
}

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
