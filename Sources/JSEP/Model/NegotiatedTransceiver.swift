package import RTP
package import SDP

/// The negotiation state of a transceiver: a sender and a receiver that share a media section. Source: W3C
/// `RTCRtpTransceiver`, RFC 9429 §3.4.1.
package struct NegotiatedTransceiver: Sendable, Hashable, Identifiable {
  package let id: TransceiverID
  package let kind: RTPMediaKind
  /// The MID of its section, once a description with it is set.
  package internal(set) var mid: String?
  package internal(set) var mLineIndex: Int?
  /// The direction requested by this side.
  package internal(set) var direction: RTPTransceiverDirection
  /// The negotiated direction; nil before negotiation and when stopped.
  package internal(set) var currentDirection: RTPTransceiverDirection?
  /// `stop()` was called, but is not negotiated yet.
  package internal(set) var isStopping = false
  /// Its section is rejected.
  package internal(set) var isStopped = false

  /// The media streams of the sender's track, for `msid`.
  package internal(set) var sendStreams: [String]
  /// The id of the sender's track in `msid`.
  package internal(set) var sendTrackID: String
  package internal(set) var ssrc: SSRC
  package internal(set) var rtxSSRC: SSRC
  /// The id of the receiver's track: the remote one if it is signalled.
  package internal(set) var receiveTrackID: String
  /// The media streams of the remote track, as signalled.
  package internal(set) var receiveStreams: [String] = []

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
