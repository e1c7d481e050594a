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
