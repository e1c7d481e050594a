package import RTP
package import SDP

/// The negotiated result of one media section, from this side's point of view.
package struct NegotiatedMedia: Sendable, Hashable {
  package var transceiver: TransceiverID
  package var kind: RTPMediaKind
  package var mid: String
  package var mLineIndex: Int
  package var transport: TransportID
  /// The intersection of both sides' directions.
  package var direction: RTPTransceiverDirection
  /// The common codecs in order of preference, with the payload types to send them with.
  package var codecs: [RTPCodec]
  /// The identifiers of header extensions, the same in both directions.
  package var extensions: RTPHeaderExtensionIDs
  /// How to send; nil when `direction` does not send.
  package var send: RTPSendParameters?
  /// How to receive; nil when `direction` does not receive.
  package var receive: RTPReceiveParameters?
  /// The CNAME of the other side's streams: streams that share it are played in sync.
  package var remoteCNAME: String?
  /// Whether reduced-size RTCP is allowed. Source: RFC 5506.
  package var reducedSizeRTCP: Bool
  /// The other side's limit (`b=`), bits per second.
  package var maximumBitrate: UInt64?
}
