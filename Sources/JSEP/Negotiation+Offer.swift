internal import RTP
package import SDP

extension Negotiation {
  /// Creates an offer of the requested state; it has no effect until it is set.
  /// - Parameters:
  ///   - options: whether to restart ICE, and what to receive.
  ///   - credentials: called for each transport that has no credentials yet, or that restarts.
  /// - Throws: `.invalidState` while a remote offer is pending; `.operation` when there are no credentials.
  /// Source: RFC 9429 §5.2, W3C WebRTC §4.4.2 `createOffer`.
  package mutating func createOffer(
    _ options: RTCOfferOptions = RTCOfferOptions(),
    credentials: (_ transport: TransportID, _ restart: Bool) -> ICEParameters?
  ) throws(NegotiationError) -> String {
    guard signalingState == .stable || signalingState == .haveLocalOffer else {
      throw .invalidState("An offer cannot be made in the state \(signalingState.rawValue).")
    }
    var next = self
    try next.applyLegacy(options.offerToReceiveAudio, .audio)
    try next.applyLegacy(options.offerToReceiveVideo, .video)
    var planner = OfferPlanner(next)
    planner.plan()
    for id in planner.newTransports { planner.session.transports[id] = NegotiationSession.Transport() }
    for id in planner.usedTransports {
      let known = planner.session.transports[id]?.local
      let restarts = options.iceRestart || known.map(staleCredentials.contains) ?? false
      if let known, !restarts {
        planner.session.transports[id]?.local = known
      } else {
        planner.session.transports[id]?.local = try next.credentials(
          of: id, restart: known != nil, from: credentials)
      }
    }
    let composed = next.compose(&planner)
    let description = next.versioned(composed)
    next.draft = NegotiationDraft(
      kind: .offer, description: description, session: planner.session, nextTransport: planner.nextTransport,
      nextMID: planner.nextMID)
    self = next
    return description.description
  }

  /// A transport's credentials. Those of a restart are requested once and kept until a description with them is set.
  mutating func credentials(of id: TransportID, restart: Bool, from source: Credentials)
    throws(NegotiationError) -> ICEParameters
  {
    if restart, let known = restarts[id] { return known }
    guard let parameters = source(id, restart) else {
      throw .operation("The transport gives no ICE credentials, so nothing can be offered or answered.")
    }
    if restart { restarts[id] = parameters }
    return parameters
  }

  /// Source: W3C WebRTC §4.4.3.2.
  private mutating func applyLegacy(_ receives: Bool?, _ kind: RTPMediaKind) throws(NegotiationError) {
    guard let receives else { return }
    let all = transceivers.indices.filter { transceivers[$0].kind == kind && !transceivers[$0].isEnding }
    if !receives {
      for index in all {
        transceivers[index].direction = RTPTransceiverDirection(
          sends: transceivers[index].direction.sends, receives: false)
      }
    } else if !all.contains(where: { transceivers[$0].direction.receives }) {
      _ = try addTransceiver(kind, direction: .recvonly)
    }
  }

  private mutating func compose(_ planner: inout OfferPlanner) -> SessionDescription {
    var sections: [MediaDescription] = []
    var bundled: [String] = []
    for (index, section) in planner.session.sections.enumerated() {
      guard let id = section.transceiver, let transceiver = self[id], !transceiver.isEnding,
        let transport = section.offeredTransport, let ice = planner.session.transports[transport]?.local
      else {
        sections.append(rejection(at: index, section))
        continue
      }
      let names = configuration.capabilities(transceiver.kind).headerExtensions
      let extensions = names.compactMap { name in
        planner.session.numbers.id(of: name).map { RTPHeaderExtensionMapping(id: UInt16($0), uri: name.rawValue) }
      }
      sections.append(
        SectionComposer(
          kind: transceiver.kind, mid: section.mid, direction: transceiver.direction,
          codecs: offered(transceiver, &planner.session.numbers), extensions: extensions,
          isBundleOnly: planner.bundleOnly.contains(index), ice: ice, fingerprints: configuration.fingerprints,
          setup: .actpass, transceiver: self.transceiver(transceiver, on: transport), cname: cname
        ).compose())
      bundled.append(section.mid)
    }
    // In the order of the sections: Chromium accepts no other.
    return SessionDescription(lines: head(bundles: [bundled], allowsMixed: true), media: sections)
  }

  /// A rejected section, with its previous formats.
  private func rejection(at index: Int, _ section: NegotiationSession.Section) -> MediaDescription {
    let known = (pendingLocal ?? currentLocal)?.description.media ?? []
    let media =
      known.indices.contains(index)
      ? known[index].media : SDPMedia(kind: section.kind, formats: ["0"])
    return SectionComposer.rejected(media, mid: section.isNamed ? section.mid : nil)
  }
}
