public import Media
public import JSEP

/// What a connection tells. Source: W3C WebRTC §4.4.2, §4.8.2, §4.8.3, §5.7.
public enum RTCPeerConnectionEvent: Sendable {
  /// The descriptions no longer say what is wanted: make an offer.
  case negotiationneeded
  /// A candidate to be sent to the peer; one that is empty says that no more come for its generation, nil that gathering is
  /// complete.
  case icecandidate(RTCIceCandidateInit?)
  case icecandidateerror(RTCIceCandidateError)
  case signalingstatechange(RTCSignalingState)
  case iceconnectionstatechange(RTCIceConnectionState)
  case icegatheringstatechange(RTCIceGatheringState)
  /// With `failed`, why.
  case connectionstatechange(RTCPeerConnectionState, RTCError?)
  /// The peer begins to send a track.
  case track(RTCTrackEvent)
}

/// A track that the peer begins to send.
public struct RTCTrackEvent: Sendable {
  public let receiver: RTCRtpReceiver
  public let track: MediaStreamTrack
  /// The streams it belongs to, as the peer says.
  public let streams: [MediaStream]
  public let transceiver: RTCRtpTransceiver
}
