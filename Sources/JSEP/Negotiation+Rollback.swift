internal import SDP

extension Negotiation {
  /// Restores the last stable state. Source: RFC 9429 §4.1.10.2, W3C WebRTC §4.4.1.5.
  mutating func rollBack() throws(NegotiationError) -> NegotiationChange {
    guard signalingState != .stable, signalingState != .closed, let fallback else {
      throw wrongState("rollback")
    }
    var change = NegotiationChange(signalingState: .stable)
    // Restarts in a local offer or answer, and those only requested.
    for (id, state) in session.transports {
      guard let before = fallback.session.transports[id]?.local else { continue }
      if state.local != before || restarts[id] != nil { change.abandonedRestarts.append(id) }
    }
    restarts = [:]
    moved = [:]
    session = fallback.session
    media = fallback.media
    pendingLocal = nil
    pendingRemote = nil
    signalingState = .stable
    draft = nil
    self.fallback = nil
    restore(fallback.associations, &change)
    dropStaleCandidates()
    return change
  }

  private mutating func restore(
    _ associations: [TransceiverID: NegotiationFallback.Association], _ change: inout NegotiationChange
  ) {
    for index in transceivers.indices.reversed() {
      let id = transceivers[index].id
      let before = associations[id]
      let was = transceivers[index].firedDirection?.receives ?? false
      if was, !(before?.firedDirection?.receives ?? false) { change.tracks.append(.removed(id)) }
      if before == nil, transceivers[index].isMadeByRemote, !transceivers[index].isOfAddTrack {
        stop(at: index)
        transceivers.remove(at: index)
        change.removed.append(id)
        continue
      }
      transceivers[index].mid = before?.mid
      transceivers[index].mLineIndex = before?.mLineIndex
      transceivers[index].currentDirection = before?.currentDirection
      if let before { (transceivers[index].ssrc, transceivers[index].rtxSSRC) = (before.ssrc, before.rtxSSRC) }
      transceivers[index].receiveStreams = before?.receiveStreams ?? []
      transceivers[index].firedDirection = before?.firedDirection
    }
    change.tracks.reverse()
    change.removed.reverse()
  }
}
