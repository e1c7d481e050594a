public import RTP
public import SDP

/// A sender and a receiver that share a section, as far as offer and answer are concerned. Source: W3C
/// `RTCRtpTransceiver`, RFC 9429 §3.4.1.
public struct NegotiatedTransceiver: Sendable, Hashable, Identifiable {
  public let id: TransceiverID
  public let kind: RTPMediaKind
  /// The section it has, once a description with it is set.
  public internal(set) var mid: String?
  public internal(set) var mLineIndex: Int?
  /// What this side wants.
  public internal(set) var direction: RTPTransceiverDirection
  /// What was agreed on; nil before, and when it is stopped.
  public internal(set) var currentDirection: RTPTransceiverDirection?
  /// `stop()` was called; the next offer says so.
  public internal(set) var isStopping = false
  /// The section is rejected.
  public internal(set) var isStopped = false

  /// The streams that the sender's track is in, for `msid`.
  public internal(set) var sendStreams: [String]
  /// The id that `msid` gives the sender's track.
  public internal(set) var sendTrackID: String
  public internal(set) var ssrc: SSRC
  public internal(set) var rtxSSRC: SSRC
  /// The id of the receiver's track: the other side's where it says one.
  public internal(set) var receiveTrackID: String
  /// The streams that the other side says its track is in.
  public internal(set) var receiveStreams: [String] = []

  /// What the user prefers, by preference; nil is all.
  var codecPreferences: [RTPCodecCapability]?
  /// Whether the sender has a track, so that `addTrack` may not take it over.
  var hasTrack = false
  /// Made by, or given to, `addTrack`: a remote section may take it, and a rollback leaves it.
  var isOfAddTrack = false
  /// Made for a section of the other side's, so that a rollback takes it back.
  var isMadeByRemote = false
  var hasEverSent = false
  /// The direction of the last remote description, which decides what `track` events there are.
  var firedDirection: RTPTransceiverDirection?

  var isEnding: Bool { isStopping || isStopped }
}
