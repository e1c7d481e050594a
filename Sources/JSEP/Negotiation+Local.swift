internal import SDP

extension Negotiation {
  /// Sets a local description.
  /// - Parameters:
  ///   - type: the type of the description.
  ///   - sdp: the last result of `createOffer` or `createAnswer`; empty for a rollback.
  /// - Throws: `.invalidState`; `.invalidModification` for another text.
  /// Source: RFC 9429 §4.1.10 and §5.9, W3C WebRTC §4.4.1.5.
  package mutating func setLocal(_ type: RTCSdpType, _ sdp: String = "") throws(NegotiationError) -> NegotiationChange {
    try requireOpen()
    switch type {
    case .rollback:
      return try rollBack()
    case .offer:
      guard signalingState == .stable || signalingState == .haveLocalOffer else { throw wrongState("local offer") }
    case .answer, .pranswer:
      guard signalingState == .haveRemoteOffer || signalingState == .haveLocalPranswer else {
        throw wrongState("local \(type.rawValue)")
      }
    }
    guard let draft, (draft.kind == .offer) == (type == .offer),
      draft.description.description.utf8.elementsEqual(sdp.utf8)
    else {
      throw .invalidModification("A local description has to be the text that was made last, unchanged.")
    }
    var next = self
    var change = NegotiationChange(signalingState: signalingState)
    next.keepFallback()
    next.abandonRestarts(unless: draft.session, &change)
    next.session = draft.session
    next.nextTransport = draft.nextTransport
    next.nextMID = draft.nextMID
    next.associateTransceivers()
    next.moveSources()
    let applied = Applied(type: type, description: draft.description)
    switch type {
    case .offer:
      next.pendingLocal = applied
      next.signalingState = .haveLocalOffer
    case .pranswer:
      next.pendingLocal = applied
      next.signalingState = .haveLocalPranswer
    default:
      next.currentLocal = applied
      next.currentRemote = next.pendingRemote
    }
    if type != .offer, let remote = pendingRemote?.description {
      next.agree(local: draft.description, remote: remote, answer: draft.description, type, &change)
    }
    next.dropStaleCandidates()
    change.signalingState = next.signalingState
    self = next
    return change
  }

  func wrongState(_ what: String) -> NegotiationError {
    .invalidState("A \(what) cannot be set in the state \(signalingState.rawValue).")
  }

  /// Saves the stable state for a rollback.
  mutating func keepFallback() {
    guard signalingState == .stable else { return }
    var associations: [TransceiverID: NegotiationFallback.Association] = [:]
    for transceiver in transceivers {
      associations[transceiver.id] = .init(
        mid: transceiver.mid, mLineIndex: transceiver.mLineIndex,
        ssrc: transceiver.ssrc, rtxSSRC: transceiver.rtxSSRC, currentDirection: transceiver.currentDirection,
        receiveStreams: transceiver.receiveStreams,
        firedDirection: transceiver.firedDirection)
    }
    fallback = NegotiationFallback(session: session, media: media, associations: associations)
  }

  /// Sets the MID and index of each section's transceiver.
  mutating func associateTransceivers() {
    for (index, section) in session.sections.enumerated() {
      guard let id = section.transceiver, let place = self.index(of: id) else { continue }
      transceivers[place].mid = section.mid
      transceivers[place].mLineIndex = index
    }
  }

  /// Sets the new SSRCs of senders that the description moves to another transport.
  private mutating func moveSources() {
    for section in session.sections {
      guard let id = section.transceiver, let place = index(of: id), let sources = moved[id],
        sources.transport == section.offeredTransport ?? section.transport
      else { continue }
      (transceivers[place].ssrc, transceivers[place].rtxSSRC) = (sources.ssrc, sources.rtxSSRC)
    }
  }

  /// Cancels requested restarts that are not part of `session`.
  private mutating func abandonRestarts(unless session: NegotiationSession, _ change: inout NegotiationChange) {
    for (id, parameters) in restarts where session.transports[id]?.local != parameters {
      change.abandonedRestarts.append(id)
    }
    restarts = [:]
  }
}
