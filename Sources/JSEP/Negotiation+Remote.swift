internal import RTP
internal import SDP

extension Negotiation {
  /// Sets a remote description. A remote offer implicitly rolls back a local one, which resolves simultaneous offers
  /// (glare).
  /// - Parameters:
  ///   - type: the type of the description.
  ///   - sdp: the received text; empty for a rollback.
  /// - Throws: `.invalidState`, `.syntax`, `.invalidAccess` for an invalid description.
  /// Source: RFC 9429 §4.1.11 and §5.10, W3C WebRTC §4.4.1.5.
  package mutating func setRemote(_ type: RTCSdpType, _ sdp: String = "") throws(NegotiationError) -> NegotiationChange
  {
    try requireOpen()
    switch (type, signalingState) {
    case (.rollback, _):
      return try rollBack()
    case (.offer, .stable), (.offer, .haveRemoteOffer), (.offer, .haveLocalOffer), (.answer, .haveLocalOffer),
      (.answer, .haveRemotePranswer), (.pranswer, .haveLocalOffer), (.pranswer, .haveRemotePranswer):
      break
    default:
      throw wrongState("remote \(type.rawValue)")
    }
    let description: SessionDescription
    do { description = try SessionDescription(parsing: sdp) } catch { throw .syntax(error) }
    try RemoteDescriptionCheck(description, type).run()
    var next = self
    var change = NegotiationChange(signalingState: signalingState)
    if type == .offer {
      if signalingState == .haveLocalOffer { change = try next.rollBack() }
      try next.applyOffer(description, &change)
    } else {
      try next.applyAnswer(description, type, &change)
    }
    next.dropStaleCandidates()
    change.signalingState = next.signalingState
    self = next
    return change
  }

  private mutating func applyOffer(_ offer: SessionDescription, _ change: inout NegotiationChange)
    throws(NegotiationError)
  {
    guard offer.media.count >= session.sections.count else {
      throw .invalidAccess(
        "The offer has \(offer.media.count) media sections where there were \(session.sections.count).")
    }
    keepFallback()
    // An answer must not reuse the transport ids of an offer that was created but not set.
    nextTransport = max(nextTransport, draft?.nextTransport ?? 0)
    let names = Set(offer.media.compactMap(\.mid))
    for (index, media) in offer.media.enumerated() { try placeOffered(media, at: index, names, &change) }
    for media in offer.media {
      guard let kind = media.media.kind.rtp, !media.isRejected else { continue }
      session.numbers.learn(media, configuration.capabilities(kind).codecs)
    }
    placeTransports(offer)
    associateTransceivers()
    processTracks(offer, &change)
    pendingRemote = Applied(type: .offer, description: offer)
    signalingState = .haveRemoteOffer
    draft = nil
  }

  /// Finds or creates the section and transceiver of an offered section. Source: RFC 9429 §5.10.
  private mutating func placeOffered(
    _ media: MediaDescription, at index: Int, _ names: Set<String>, _ change: inout NegotiationChange
  ) throws(NegotiationError) {
    let isOld = session.sections.indices.contains(index)
    if isOld {
      let known = session.sections[index]
      let isSame = media.media.kind == known.kind && (media.mid == nil || media.mid == known.mid)
      if isSame, known.transceiver != nil || media.isRejected { return }
      guard isSame || isRecyclable(index) else {
        throw .invalidAccess("The media sections are not in the order that they were in: number \(index) is another.")
      }
    }
    let mid = media.mid ?? freshMID(besides: names)
    if session.sections.indices.contains(where: { $0 != index && session.sections[$0].mid == mid }) {
      throw .invalidAccess("Two media sections have the name \(mid).")
    }
    var section = NegotiationSession.Section(mid: mid, isNamed: media.mid != nil, kind: media.media.kind)
    if let kind = media.media.kind.rtp, !media.isRejected {
      section.transceiver = transceiver(for: kind, media, &change)
    }
    if isOld {
      session.sections[index] = section
    } else {
      session.sections.append(section)
    }
    // Associated immediately, so that the next section finds another transceiver.
    associateTransceivers()
  }

  private mutating func transceiver(
    for kind: RTPMediaKind, _ media: MediaDescription, _ change: inout NegotiationChange
  ) -> TransceiverID {
    let wantsToReceive = (media.direction ?? .sendrecv).receives
    let free = transceivers.first {
      $0.isOfAddTrack && $0.kind == kind && $0.mid == nil && !$0.isEnding
    }
    if wantsToReceive, let free { return free.id }
    let made = makeForRemote(kind)
    change.created.append(transceivers[made].id)
    return transceivers[made].id
  }

  private mutating func freshMID(besides names: Set<String>) -> String {
    while session.section(named: String(nextMID)) != nil || names.contains(String(nextMID)) { nextMID += 1 }
    defer { nextMID += 1 }
    return String(nextMID)
  }

  /// Plans the transport of each offered section. Source: RFC 9143 §7.3.
  private mutating func placeTransports(_ offer: SessionDescription) {
    let acceptable = offer.media.indices.filter {
      session.sections[$0].transceiver != nil && isAcceptable(offer.media[$0])
    }
    for index in offer.media.indices { session.sections[index].offeredTransport = nil }
    for bundle in offer.bundles {
      let members = acceptable.filter { offer.media[$0].mid.map(bundle.contains) ?? false }
      guard let tag = offer.tag(of: members) else { continue }
      let known = session.sections[tag].transport
      let isTagged = known.flatMap { session.transports[$0]?.tag } == session.sections[tag].mid
      let shared = known.flatMap { isTagged ? $0 : nil } ?? makeTransport()
      for index in members { session.sections[index].offeredTransport = shared }
    }
    for index in acceptable where session.sections[index].offeredTransport == nil {
      session.sections[index].offeredTransport = session.sections[index].transport ?? makeTransport()
    }
  }

  private mutating func makeTransport() -> TransportID {
    defer { nextTransport += 1 }
    return TransportID(rawValue: nextTransport)
  }

  private mutating func applyAnswer(_ answer: SessionDescription, _ type: RTCSdpType, _ change: inout NegotiationChange)
    throws(NegotiationError)
  {
    guard let offer = pendingLocal?.description ?? currentLocal?.description else { throw wrongState("remote answer") }
    try AnswerCheck(answer, to: offer).run()
    processTracks(answer, &change)
    let applied = Applied(type: type, description: answer)
    draft = nil
    if type == .pranswer {
      pendingRemote = applied
      signalingState = .haveRemotePranswer
    } else {
      currentRemote = applied
      currentLocal = pendingLocal
    }
    agree(local: offer, remote: answer, answer: answer, type, &change)
  }
}
