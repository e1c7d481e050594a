internal import SDP

/// What a transport tells its owner. Always from the loop, never within a call of the owner's.
enum RTCTransportEvent: Sendable, Hashable {
  case candidate(ICECandidate, usernameFragment: String)
  case endOfCandidates(usernameFragment: String)
  case candidateError(RTCIceCandidateError)
  case gatheringState(RTCIceGathererState)
  case iceState(RTCIceTransportState)
  case dtlsState(RTCDtlsTransportState)
  case selectedPairChanged
  /// An ICE restart is through; comes after the selected pair.
  case restarted
  /// Why ICE or DTLS has failed; comes before the state.
  case failed(RTCTransportError)
  /// The peer ended the DTLS session in good order.
  case closedByPeer
}
