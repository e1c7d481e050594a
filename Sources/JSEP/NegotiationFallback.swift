internal import RTP
internal import SDP

/// The state that a rollback restores. Source: RFC 9429 §4.1.10.2, W3C WebRTC §4.4.1.5.
struct NegotiationFallback: Sendable {
  /// The part of a transceiver's state that descriptions change.
  struct Association: Sendable {
    var mid: String?
    var mLineIndex: Int?
    var ssrc: SSRC
    var rtxSSRC: SSRC
    var currentDirection: RTPTransceiverDirection?
    var receiveStreams: [String]
    var firedDirection: RTPTransceiverDirection?
  }

  var session: NegotiationSession
  var media: [NegotiatedMedia]
  var associations: [TransceiverID: Association]
}
