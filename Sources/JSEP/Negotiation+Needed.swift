internal import SDP

extension Negotiation {
  /// Whether the requested state differs from the negotiated one, for the event `negotiationneeded`; meaningful in the
  /// stable state only. Source: W3C WebRTC §4.7.3, "check if negotiation is needed".
  package var isNegotiationNeeded: Bool {
    guard signalingState != .closed else { return false }
    return !staleCredentials.isEmpty || transceivers.contains(where: isNegotiationNeeded)
  }

  private func isNegotiationNeeded(for transceiver: NegotiatedTransceiver) -> Bool {
    if transceiver.isStopping && !transceiver.isStopped { return true }
    let local = section(of: transceiver, in: currentLocal)
    let remote = section(of: transceiver, in: currentRemote)
    if transceiver.isStopped {
      guard let local, let remote else { return false }
      return !local.isRejected && !remote.isRejected
    }
    guard let currentLocal, let local else { return true }
    if transceiver.direction.sends {
      let streams = local.msids.map(\.stream).filter { $0 != "-" }
      if local.msids.isEmpty || Set(streams) != Set(transceiver.sendStreams) { return true }
    }
    let remoteDirection = remote?.direction ?? .sendrecv
    if currentLocal.type == .offer {
      return local.direction != transceiver.direction && remoteDirection.reversed != transceiver.direction
    }
    return local.direction != transceiver.direction.intersection(remoteDirection.reversed)
  }

  private func section(of transceiver: NegotiatedTransceiver, in applied: Applied?) -> MediaDescription? {
    guard transceiver.mid != nil, let index = transceiver.mLineIndex, let media = applied?.description.media,
      media.indices.contains(index)
    else { return nil }
    // The section may have belonged to another transceiver before.
    guard media[index].mid == nil || media[index].mid == transceiver.mid else { return nil }
    return media[index]
  }
}
