public import RTP
public import SDP

/// What is agreed on for one section, as this side sees it.
public struct NegotiatedMedia: Sendable, Hashable {
  public var transceiver: TransceiverID
  public var kind: RTPMediaKind
  public var mid: String
  public var mLineIndex: Int
  public var transport: TransportID
  /// What both sides want.
  public var direction: RTPTransceiverDirection
  /// The codecs of both sides under the numbers to send them with, the preferred first.
  public var codecs: [RTPCodec]
  /// The numbers of header extensions, the same both ways.
  public var extensions: RTPHeaderExtensionIDs
  /// How to send; nil where `direction` does not.
  public var send: RTPSendParameters?
  /// How to receive; nil where `direction` does not.
  public var receive: RTPReceiveParameters?
  /// The name that the other side's streams share with those that are to be played in time with them.
  public var remoteCNAME: String?
  /// Whether RTCP packets may stand alone. Source: RFC 5506.
  public var reducedSizeRTCP: Bool
  /// Bits a second that the other side wants at the most.
  public var maximumBitrate: UInt64?
}
