internal import SDP

extension Negotiation {
  /// Applies an offer and its answer.
  /// - Parameter answer: `local` or `remote`, whichever is the answer.
  mutating func agree(
    local: SessionDescription, remote: SessionDescription, answer: SessionDescription, _ type: RTCSdpType,
    _ change: inout NegotiationChange
  ) {
    let isLocalAnswer = signalingState == .haveRemoteOffer || signalingState == .haveLocalPranswer
    if session.isOfferer == nil { session.isOfferer = !isLocalAnswer }
    bundle(answer)
    for id in Set(session.sections.compactMap(\.transport)) { connect(id, local, remote, isLocalAnswer, &change) }
    media = session.sections.indices.compactMap {
      agreed(at: $0, local: local.media[$0], remote: remote.media[$0], remote, isLocalAnswer: isLocalAnswer)
    }
    for index in session.sections.indices {
      guard let id = session.sections[index].transceiver, let place = self.index(of: id) else { continue }
      guard !answer.media[index].isRejected else {
        if !transceivers[place].isStopped {
          stop(at: place)
          change.stopped.append(id)
        }
        continue
      }
      let direction = media.first { $0.mLineIndex == index }?.direction
      transceivers[place].currentDirection = direction
      if direction?.sends ?? false { transceivers[place].hasEverSent = true }
    }
    change.isAgreed = true
    if type == .answer { finish(&change) }
  }

  /// Assigns each section to its transport. Source: RFC 9143 §7.3 and §7.4.
  private mutating func bundle(_ answer: SessionDescription) {
    for (index, media) in answer.media.enumerated() {
      session.sections[index].transport = media.isRejected ? nil : session.sections[index].offeredTransport
    }
    session.bundle = nil
    for group in answer.bundles {
      let members = group.compactMap(session.section(named:)).filter { !answer.media[$0].isRejected }
      guard let shared = members.compactMap({ session.sections[$0].offeredTransport }).first else { continue }
      for index in members { session.sections[index].transport = shared }
      session.bundle = session.bundle ?? shared
      name(shared, by: members[0])
    }
    for index in session.sections.indices {
      if let transport = session.sections[index].transport { name(transport, by: index) }
    }
  }

  private mutating func name(_ transport: TransportID, by section: Int) {
    if session.transports[transport]?.tag == nil { session.transports[transport]?.tag = session.sections[section].mid }
  }

  /// Sets a transport's remote credentials, and adds the candidates in the remote description.
  private mutating func connect(
    _ id: TransportID, _ local: SessionDescription, _ remote: SessionDescription, _ isLocalAnswer: Bool,
    _ change: inout NegotiationChange
  ) {
    let members = session.sections.indices.filter { session.sections[$0].transport == id }
    guard let tag = remote.tag(of: members), let parameters = remote.ice(at: tag), var state = session.transports[id]
    else { return }
    if state.remote != parameters {
      state.remote = parameters
      state.candidates = []
      state.hasEnd = false
    }
    state.remoteFingerprints = remote.fingerprints(at: tag)
    state.remoteIsLite = remote.isICELite
    // The DTLS role is fixed by the first answer; later answers cannot change it.
    if state.role == nil {
      if isLocalAnswer {
        state.role = local.setup(at: members[0]) == .passive ? .server : .client
      } else {
        // An answer without the attribute is active (RFC 4145 §4.1).
        state.role = remote.setup(at: tag) == .passive ? .client : .server
      }
    }
    session.transports[id] = state
    for index in members.contains(tag) ? members : members + [tag]
    where remote.ice(at: index) == parameters || remote.ice(at: index) == nil {
      for candidate in remote.media[index].candidates {
        if let found = take(candidate, parameters.usernameFragment, for: id) { change.candidates.append(found) }
      }
      if remote.media[index].hasEndOfCandidates { end(id, &change.endsOfCandidates) }
    }
  }

  /// Completes the exchange: returns to the stable state and removes what is no longer used.
  private mutating func finish(_ change: inout NegotiationChange) {
    pendingLocal = nil
    pendingRemote = nil
    signalingState = .stable
    fallback = nil
    moved = [:]
    draft = nil
    for index in session.sections.indices { session.sections[index].offeredTransport = nil }
    let used = Set(session.sections.compactMap(\.transport))
    session.transports = session.transports.filter { used.contains($0.key) }
    if staleCredentials.isDisjoint(with: session.transports.values.compactMap(\.local)) { staleCredentials = [] }
    let removed = transceivers.filter(\.isStopped).map(\.id)
    for index in session.sections.indices {
      if let id = session.sections[index].transceiver, removed.contains(id) {
        session.sections[index].transceiver = nil
      }
    }
    transceivers.removeAll(where: \.isStopped)
    change.removed += removed
  }
}
