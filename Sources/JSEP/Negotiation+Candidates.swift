package import SDP

extension Negotiation {
  /// The effect of adding a remote candidate.
  package struct RemoteCandidateResult: Sendable, Hashable {
    /// Candidates to check now; those added before the answer follow in its `NegotiationChange`.
    package var candidates: [NegotiationChange.RemoteCandidate] = []
    /// Transports that receive no more candidates.
    package var ends: [TransportID] = []
  }

  /// A local candidate for the `icecandidate` event. Source: W3C `RTCIceCandidateInit`.
  package struct LocalCandidate: Sendable, Hashable {
    /// Empty at the end of candidates.
    package var candidate: String
    package var sdpMid: String
    package var sdpMLineIndex: Int
    package var usernameFragment: String
  }

  /// Adds a remote candidate.
  /// - Parameters:
  ///   - text: in the form of `RTCIceCandidate.candidate`; empty for the end of candidates.
  ///   - mid: the section's MID.
  ///   - mLineIndex: the section's index, used when `mid` is nil.
  ///   - usernameFragment: of the credentials it belongs to; nil for the newest ones.
  /// - Throws: `.type` when neither `mid` nor `mLineIndex` is given; `.invalidState` before a remote description;
  ///   `.operation` for an unknown section, unknown credentials, or text that is not a candidate.
  /// Source: W3C WebRTC §4.4.2, `addIceCandidate`.
  package mutating func addRemoteCandidate(
    _ text: String, mid: String?, mLineIndex: Int?, usernameFragment: String? = nil
  ) throws(NegotiationError) -> RemoteCandidateResult {
    try requireOpen()
    guard text.isEmpty || mid != nil || mLineIndex != nil else {
      throw .type("A candidate has to name its media section, by sdpMid or by sdpMLineIndex.")
    }
    guard let newest = pendingRemote ?? currentRemote else {
      throw .invalidState("A candidate cannot be added before a remote description.")
    }
    let sections: [Int]
    if let mid {
      guard let index = section(named: mid, in: newest.description) else {
        throw .operation("There is no media section \(mid) to add a candidate to.")
      }
      sections = [index]
    } else if let mLineIndex {
      guard newest.description.media.indices.contains(mLineIndex) else {
        throw .operation("There is no media section number \(mLineIndex) to add a candidate to.")
      }
      sections = [mLineIndex]
    } else {
      sections = Array(newest.description.media.indices)
    }
    var candidate: ICECandidate?
    if !text.isEmpty {
      guard let parsed = ICECandidate(parsing: text) else { throw .operation("This is not an ICE candidate.") }
      candidate = parsed
    }
    var result = RemoteCandidateResult()
    let fragment = usernameFragment ?? candidate?.usernameFragment
    var isKnown = false
    for index in sections where add(candidate, fragment, at: index, &result) { isKnown = true }
    if !isKnown, fragment != nil { throw .operation("The candidate's ICE credentials are in no remote description.") }
    return result
  }

  /// Finds a section by its MID, or by the MID assigned here if the description has none.
  private func section(named mid: String, in description: SessionDescription) -> Int? {
    if let index = description.media.firstIndex(where: { $0.mid == mid }) { return index }
    guard let index = session.section(named: mid), description.media.indices.contains(index),
      description.media[index].mid == nil
    else { return nil }
    return index
  }

  /// Adds a candidate to the newest description that has its credentials.
  private mutating func add(
    _ candidate: ICECandidate?, _ fragment: String?, at index: Int, _ result: inout RemoteCandidateResult
  ) -> Bool {
    for path in [\Negotiation.pendingRemote, \Negotiation.currentRemote] {
      guard let description = self[keyPath: path]?.description, description.media.indices.contains(index),
        let parameters = description.ice(at: index), fragment == nil || fragment == parameters.usernameFragment
      else { continue }
      let used = parameters.usernameFragment
      let transport = session.sections.indices.contains(index) ? session.sections[index].transport : nil
      let isAgreed = transport.flatMap { session.transports[$0] }?.remote == parameters
      if let candidate {
        guard let line = newLine(candidate, in: description.media[index]) else { return true }
        self[keyPath: path]?.description.media[index].lines.append(line)
        if isAgreed, let transport, let found = take(candidate, used, for: transport) {
          result.candidates.append(found)
        }
      } else if !description.media[index].hasEndOfCandidates {
        self[keyPath: path]?.description.media[index].lines.append(SDPLine(.endOfCandidates))
        if isAgreed, let transport { end(transport, &result.ends) }
      }
      return true
    }
    return false
  }

  /// The line to add to a section; nil for a duplicate, and when the section already has the maximum.
  private mutating func newLine(_ candidate: ICECandidate, in media: MediaDescription) -> SDPLine? {
    let known = media.candidates
    guard candidate.isUsable, !known.contains(where: { $0.hasSameTransportAddress(as: candidate) }) else { return nil }
    guard known.count(where: \.isUsable) < configuration.maximumRemoteCandidates else {
      ignoredRemoteCandidates += 1
      return nil
    }
    return SDPLine(.candidate(candidate))
  }

  /// Adds a candidate to its transport; nil if it is unusable, a duplicate, or beyond the maximum.
  mutating func take(_ candidate: ICECandidate, _ fragment: String, for id: TransportID)
    -> NegotiationChange.RemoteCandidate?
  {
    guard candidate.isUsable, candidate.usernameFragment == nil || candidate.usernameFragment == fragment,
      let known = session.transports[id]?.candidates,
      !known.contains(where: { $0.hasSameTransportAddress(as: candidate) })
    else { return nil }
    guard known.count < configuration.maximumRemoteCandidates else {
      ignoredRemoteCandidates += 1
      return nil
    }
    session.transports[id]?.candidates.append(candidate)
    return NegotiationChange.RemoteCandidate(transport: id, candidate: candidate, usernameFragment: fragment)
  }

  mutating func end(_ id: TransportID, _ ends: inout [TransportID]) {
    guard session.transports[id]?.hasEnd == false else { return }
    session.transports[id]?.hasEnd = true
    ends.append(id)
  }

  /// Adds a gathered candidate to the local description.
  /// - Returns: the candidate to signal; nil when no description has these credentials.
  package mutating func addLocalCandidate(
    _ candidate: ICECandidate, usernameFragment: String, transport: TransportID
  ) -> LocalCandidate? {
    var candidate = candidate
    candidate.usernameFragment = usernameFragment
    return noteLocal(usernameFragment, transport, candidate.candidate) { $0.candidates.append(candidate) }
  }

  /// Marks a transport's gathering as complete. See `addLocalCandidate`.
  package mutating func endLocalCandidates(usernameFragment: String, transport: TransportID) -> LocalCandidate? {
    noteLocal(usernameFragment, transport, "") { $0.isComplete = true }
  }

  private mutating func noteLocal(
    _ fragment: String, _ transport: TransportID, _ text: String, _ note: (inout LocalCandidateList) -> Void
  ) -> LocalCandidate? {
    guard let description = (pendingLocal ?? currentLocal)?.description,
      let index = description.media.firstIndex(where: { $0.iceUfrag == fragment })
    else { return nil }
    if let place = localCandidates.firstIndex(where: { $0.usernameFragment == fragment }) {
      note(&localCandidates[place])
    } else {
      var list = LocalCandidateList(transport: transport, usernameFragment: fragment)
      note(&list)
      localCandidates.append(list)
    }
    return LocalCandidate(
      candidate: text, sdpMid: session.sections[index].mid, sdpMLineIndex: index, usernameFragment: fragment)
  }

  /// Removes candidates gathered with credentials that no description has any more.
  mutating func dropStaleCandidates() {
    let used = [pendingLocal, currentLocal].compactMap { $0?.description.media }.joined().compactMap(\.iceUfrag)
    let live = Set(used)
    localCandidates.removeAll { !live.contains($0.usernameFragment) }
  }
}

extension ICECandidate {
  /// Whether it can be used: RTP's component, and a supported transport and type.
  fileprivate var isUsable: Bool {
    guard component == 1, transport == .udp || transport == .tcp else { return false }
    if case .other = kind { return false }
    return true
  }
}
