internal import SDP

/// Events of a transport. Always delivered from the thread's loop, never within a call by the owner.
enum RTCTransportEvent: Sendable, Hashable {
  case candidate(ICECandidate, usernameFragment: String)
  case endOfCandidates(usernameFragment: String)
  case candidateError(RTCIceCandidateError)
  case gatheringState(RTCIceGathererState)
  case iceState(RTCIceTransportState)
  case dtlsState(RTCDtlsTransportState)
  case selectedPairChanged
  /// An ICE restart has succeeded; follows `selectedPairChanged`.
  case restarted
  /// Why ICE or DTLS has failed; precedes the state.
  case failed(RTCTransportError)
  /// The peer closed the DTLS session by a close_notify alert.
  case closedByPeer
}
