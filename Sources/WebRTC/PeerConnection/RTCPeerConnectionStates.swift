/// How far an exchange of descriptions is. Source: W3C WebRTC §4.3.1.
public enum RTCSignalingState: String, Sendable, Hashable {
  case stable
  case haveLocalOffer = "have-local-offer"
  case haveRemoteOffer = "have-remote-offer"
  case haveLocalPranswer = "have-local-pranswer"
  case haveRemotePranswer = "have-remote-pranswer"
  case closed
}

/// How the connection as a whole is. Source: W3C WebRTC §4.3.3.
public enum RTCPeerConnectionState: String, Sendable, Hashable {
  case new, connecting, connected, disconnected, failed, closed
}

/// How ICE is. Source: W3C WebRTC §4.3.4.
public typealias RTCIceConnectionState = RTCIceTransportState

/// How far the gathering of candidates is. Source: W3C WebRTC §4.3.2.
public typealias RTCIceGatheringState = RTCIceGathererState
