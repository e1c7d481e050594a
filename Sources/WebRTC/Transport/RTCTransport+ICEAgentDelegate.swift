internal import Media
internal import SDP

extension RTCTransport: ICEAgentDelegate {
  func agent(_ agent: ICEAgent, gathered candidate: ICECandidate) {
    emit(.candidate(candidate, usernameFragment: agent.localParameters.usernameFragment))
  }

  func agent(_ agent: ICEAgent, failedToUse server: RTCIceCandidateError) { emit(.candidateError(server)) }

  func agentFinishedGathering(_ agent: ICEAgent) {
    emit(.endOfCandidates(usernameFragment: agent.localParameters.usernameFragment))
    if agent === newest { setGatheringState(.complete) }
    updateICEState()
  }

  func agentChangedState(_ agent: ICEAgent) { updateICEState() }

  func agentSelectedPair(_ agent: ICEAgent) {
    let isRestart = agent === pending
    if isRestart { promote(agent) }
    guard agent === current else { return }
    selectedPairChanges += 1
    countersAtSelection = counters
    emit(.selectedPairChanged)
    if isRestart { emit(.restarted) }
    startDTLS()
  }

  func agent(_ agent: ICEAgent, received bytes: UnsafeMutableRawBufferPointer) { receive(bytes) }

  /// An ICE restart has succeeded: its path takes over, and the old one receives packets that are still on their way.
  private func promote(_ agent: ICEAgent) {
    retired?.close(nil)
    retired = current
    current = agent
    pending = nil
    let timer = NetworkTimer(thread: thread) { [weak self] _ in
      self?.retired?.close(nil)
      self?.retired = nil
    }
    timer.deadline = .now + Self.retirement
    retirementTimer = timer
  }
}
