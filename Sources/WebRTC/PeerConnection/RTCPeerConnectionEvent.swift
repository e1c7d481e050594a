public import JSEP
public import Media

/// Events of a connection. Source: W3C WebRTC §4.4.2, §4.8.2, §4.8.3, §5.7.
public enum RTCPeerConnectionEvent: Sendable {
  /// The descriptions no longer match the transceivers: make an offer.
  case negotiationneeded
  /// A candidate to be sent to the peer. An empty one is the end of candidates for its generation; nil means that gathering is
  /// complete.
  case icecandidate(RTCIceCandidateInit?)
  case icecandidateerror(RTCIceCandidateError)
  case signalingstatechange(RTCSignalingState)
  case iceconnectionstatechange(RTCIceConnectionState)
  case icegatheringstatechange(RTCIceGatheringState)
  /// With the reason if `failed`.
  case connectionstatechange(RTCPeerConnectionState, RTCError?)
  /// The peer begins to send a track.
  case track(RTCTrackEvent)
}

/// A track that the peer begins to send.
public struct RTCTrackEvent: Sendable {
  public let receiver: RTCRtpReceiver
  public let track: MediaStreamTrack
  /// The streams it belongs to, by the peer's description.
  public let streams: [MediaStream]
  public let transceiver: RTCRtpTransceiver
}
