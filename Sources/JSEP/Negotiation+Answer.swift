package import SDP

extension Negotiation {
  /// Creates an answer to the pending offer; it has no effect until it is set.
  /// - Parameter credentials: called for each transport that has no credentials yet, or that the offer restarts.
  /// - Throws: `.invalidState` when there is no offer to answer; `.operation` when there are no credentials.
  /// Source: RFC 9429 §5.3, W3C WebRTC §4.4.2 `createAnswer`.
  package mutating func createAnswer(credentials: (_ transport: TransportID, _ restart: Bool) -> ICEParameters?)
    throws(NegotiationError) -> String
  {
    guard signalingState == .haveRemoteOffer || signalingState == .haveLocalPranswer,
      let offer = pendingRemote?.description
    else { throw .invalidState("There is no offer to answer in the state \(signalingState.rawValue).") }
    var next = self
    var planned = session
    var sections: [MediaDescription] = []
    for (index, media) in offer.media.enumerated() {
      let section = planned.sections[index]
      // A transceiver that is stopping is still accepted: the rest of its bundle may depend on it (W3C WebRTC §5.4,
      // `stop`).
      guard let id = section.transceiver, let transceiver = self[id], !transceiver.isStopped,
        isAcceptable(media), let transport = section.offeredTransport, !isLeftOut(transport)
      else {
        planned.sections[index].transport = nil
        sections.append(SectionComposer.rejected(media.media, mid: media.mid))
        continue
      }
      let codecs = answered(transceiver, media)
      guard !codecs.isEmpty else {
        planned.sections[index].transport = nil
        sections.append(SectionComposer.rejected(media.media, mid: media.mid))
        continue
      }
      let ice = try next.answerCredentials(of: transport, to: offer, from: credentials, &planned)
      let offered = media.direction ?? offer.direction ?? .sendrecv
      planned.sections[index].transport = transport
      sections.append(
        SectionComposer(
          kind: transceiver.kind, profile: media.media.transport, mid: media.mid,
          direction: transceiver.direction.intersection(offered.reversed), codecs: codecs,
          extensions: answered(transceiver.kind, offer.headerExtensions + media.headerExtensions),
          hasReducedSizeRTCP: media.hasReducedSizeRTCP, ice: ice, fingerprints: configuration.fingerprints,
          setup: role(of: transport, offered: offer.setup(at: index)).setup,
          transceiver: next.transceiver(transceiver, on: transport),
          cname: cname
        ).compose())
    }
    let bundles = offer.bundles.map { group in
      group.filter { mid in
        let index = offer.media.firstIndex { $0.mid == mid }
        return index.map { !sections[$0].isRejected } ?? false
      }
    }
    let lines = head(bundles: bundles, allowsMixed: offer.allowsMixedExtensions)
    let description = next.versioned(SessionDescription(lines: lines, media: sections))
    next.draft = NegotiationDraft(
      kind: .answer, description: description, session: planned, nextTransport: nextTransport, nextMID: nextMID)
    self = next
    return description.description
  }

  /// Whether a section can be accepted, regardless of its codecs. Source: RFC 9429 §5.3.1.
  func isAcceptable(_ media: MediaDescription) -> Bool {
    media.media.kind.rtp != nil && media.media.isRTP && !media.isRejected && media.hasRTCPMux
  }

  /// Whether the bundle policy allows only one transport and this is another. Source: RFC 9429 §5.3.1.
  private func isLeftOut(_ transport: TransportID) -> Bool {
    guard configuration.bundlePolicy == .maxBundle else { return false }
    return transport != session.bundle ?? session.sections.lazy.compactMap(\.offeredTransport).first
  }

  private mutating func answerCredentials(
    of id: TransportID, to offer: SessionDescription, from source: Credentials, _ planned: inout NegotiationSession
  ) throws(NegotiationError) -> ICEParameters {
    let known = session.transports[id]?.local
    let isRestarted = known != nil && restarts(id, offer)
    if let known, !isRestarted { return known }
    let parameters = try credentials(of: id, restart: isRestarted, from: source)
    planned.transports[id, default: NegotiationSession.Transport()].local = parameters
    return parameters
  }

  /// Whether the offer restarts ICE: its credentials differ from the negotiated ones. Source: RFC 8839 §4.4.1.1.1.
  private func restarts(_ id: TransportID, _ offer: SessionDescription) -> Bool {
    let members = session.sections.indices.filter { session.sections[$0].offeredTransport == id }
    guard let agreed = session.transports[id]?.remote, let tag = offer.tag(of: members) else { return false }
    return offer.ice(at: tag) != agreed
  }

  /// This side's DTLS role: the negotiated one, or else the one that the offer implies. Source: RFC 8842 §5.3.
  private func role(of id: TransportID, offered: DTLSSetup?) -> DTLSRole {
    if let role = session.transports[id]?.role { return role }
    switch offered {
    // An offer without the attribute is active (RFC 4145 §4.1).
    case .active, nil: return .server
    case .passive, .actpass, .holdconn: return .client
    }
  }
}

extension SessionDescription {
  /// The MIDs of each bundle.
  var bundles: [[String]] { groups.filter { $0.semantics == "BUNDLE" }.map(\.mids) }

  /// A section's credentials, from its own attributes or the session level.
  func ice(at index: Int) -> ICEParameters? {
    guard let fragment = media[index].iceUfrag ?? iceUfrag, let password = media[index].icePwd ?? icePwd else {
      return nil
    }
    return ICEParameters(usernameFragment: fragment, password: password)
  }

  /// Which of a transport's sections carries its attributes: the first of their bundle that has credentials, or else a
  /// section of the bundle that is on no transport itself. Source: RFC 9143 §7.
  func tag(of members: [Int]) -> Int? {
    let mids = Set(members.compactMap { media[$0].mid })
    let bundle = bundles.first { !mids.isDisjoint(with: $0) } ?? []
    let order = bundle.compactMap { mid in media.firstIndex { $0.mid == mid } }
    let named = (order.filter(members.contains) + members).first { ice(at: $0) != nil }
    return named ?? order.first { ice(at: $0) != nil }
  }

  func fingerprints(at index: Int) -> [RTCDtlsFingerprint] {
    let own = media[index].fingerprints
    return own.isEmpty ? fingerprints : own
  }

  func setup(at index: Int) -> DTLSSetup? { media[index].setup ?? setup }
}
