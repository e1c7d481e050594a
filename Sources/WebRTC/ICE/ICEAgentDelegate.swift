internal import SDP

/// Gets the events of an `ICEAgent`, on the `NetworkThread`, sometimes within a call to it.
protocol ICEAgentDelegate: AnyObject {
  func agent(_ agent: ICEAgent, gathered candidate: ICECandidate)
  func agent(_ agent: ICEAgent, failedToUse server: RTCIceCandidateError)
  func agentFinishedGathering(_ agent: ICEAgent)
  func agentChangedState(_ agent: ICEAgent)
  func agentSelectedPair(_ agent: ICEAgent)
  /// - Parameter bytes: a packet of the peer that is not STUN; lent for the call, and may be changed in place.
  func agent(_ agent: ICEAgent, received bytes: UnsafeMutableRawBufferPointer)
}
