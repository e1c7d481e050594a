public import RTP
public import SDP

/// The negotiation state of a transceiver: a sender and a receiver that share a media section. Source: W3C
/// `RTCRtpTransceiver`, RFC 9429 §3.4.1.
public struct NegotiatedTransceiver: Sendable, Hashable, Identifiable {
  public let id: TransceiverID
  public let kind: RTPMediaKind
  /// The MID of its section, once a description with it is set.
  public internal(set) var mid: String?
  public internal(set) var mLineIndex: Int?
  /// The direction requested by this side.
  public internal(set) var direction: RTPTransceiverDirection
  /// The negotiated direction; nil before negotiation and when stopped.
  public internal(set) var currentDirection: RTPTransceiverDirection?
  /// `stop()` was called, but is not negotiated yet.
  public internal(set) var isStopping = false
  /// Its section is rejected.
  public internal(set) var isStopped = false

  /// The media streams of the sender's track, for `msid`.
  public internal(set) var sendStreams: [String]
  /// The id of the sender's track in `msid`.
  public internal(set) var sendTrackID: String
  public internal(set) var ssrc: SSRC
  public internal(set) var rtxSSRC: SSRC
  /// The id of the receiver's track: the remote one if it is signalled.
  public internal(set) var receiveTrackID: String
  /// The media streams of the remote track, as signalled.
  public internal(set) var receiveStreams: [String] = []

  /// Set by `setCodecPreferences`, preferred first; nil for all.
  var codecPreferences: [RTPCodecCapability]?
  /// Whether the sender has a track. If so, `addTrack` cannot reuse it.
  var hasTrack = false
  /// Created or reused by `addTrack`: a remote section may use it, and a rollback keeps it.
  var isOfAddTrack = false
  /// Created for a remote section: a rollback removes it.
  var isMadeByRemote = false
  var hasEverSent = false
  /// The direction of the last remote description, from which `track` events are derived.
  var firedDirection: RTPTransceiverDirection?

  var isEnding: Bool { isStopping || isStopped }
}
