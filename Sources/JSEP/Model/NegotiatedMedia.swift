public import RTP
public import SDP

/// The negotiated result of one media section, from this side's point of view.
public struct NegotiatedMedia: Sendable, Hashable {
  public var transceiver: TransceiverID
  public var kind: RTPMediaKind
  public var mid: String
  public var mLineIndex: Int
  public var transport: TransportID
  /// The intersection of both sides' directions.
  public var direction: RTPTransceiverDirection
  /// The common codecs in order of preference, with the payload types to send them with.
  public var codecs: [RTPCodec]
  /// The identifiers of header extensions, the same in both directions.
  public var extensions: RTPHeaderExtensionIDs
  /// How to send; nil when `direction` does not send.
  public var send: RTPSendParameters?
  /// How to receive; nil when `direction` does not receive.
  public var receive: RTPReceiveParameters?
  /// The CNAME of the other side's streams: streams that share it are played in sync.
  public var remoteCNAME: String?
  /// Whether reduced-size RTCP is allowed. Source: RFC 5506.
  public var reducedSizeRTCP: Bool
  /// The other side's limit (`b=`), bits per second.
  public var maximumBitrate: UInt64?
}
