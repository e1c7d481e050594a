public import SDP

extension Negotiation {
  /// What came of a remote candidate.
  public struct RemoteCandidateResult: Sendable, Hashable {
    /// To be tried now; those that came before the answer follow in its `NegotiationChange`.
    public var candidates: [NegotiationChange.RemoteCandidate] = []
    /// Transports that get no more.
    public var ends: [TransportID] = []
  }

  /// What `icecandidate` says of a local candidate. Source: W3C `RTCIceCandidateInit`.
  public struct LocalCandidate: Sendable, Hashable {
    /// Empty at the end.
    public var candidate: String
    public var sdpMid: String
    public var sdpMLineIndex: Int
    public var usernameFragment: String
  }

  /// Takes a candidate of the other side.
  /// - Parameters:
  ///   - text: as `RTCIceCandidate.candidate` has it; empty where there are no more.
  ///   - mid: the section's name.
  ///   - mLineIndex: the section's number, which counts where there is no name.
  ///   - usernameFragment: of the credentials it belongs to; nil for those that are set last.
  /// - Throws: `.type` where no section is named; `.invalidState` before a remote description; `.operation` for a
  ///   section or credentials that there are not, and for what is no candidate.
  /// Source: W3C WebRTC §4.4.2, `addIceCandidate`.
  public mutating func addRemoteCandidate(
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
      guard let parsed = ICECandidate(parsing: text) else { throw .operation("This is no ICE candidate.") }
      candidate = parsed
    }
    var result = RemoteCandidateResult()
    let fragment = usernameFragment ?? candidate?.usernameFragment
    var isKnown = false
    for index in sections where add(candidate, fragment, at: index, &result) { isKnown = true }
    if !isKnown, fragment != nil { throw .operation("The candidate is of ICE credentials that no description has.") }
    return result
  }

  /// A section by its name, or one without by the name it has here.
  private func section(named mid: String, in description: SessionDescription) -> Int? {
    if let index = description.media.firstIndex(where: { $0.mid == mid }) { return index }
    guard let index = session.section(named: mid), description.media.indices.contains(index),
      description.media[index].mid == nil
    else { return nil }
    return index
  }

  /// Adds to the newest description whose credentials it is of.
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

  /// The line to add to a section; nil where it is there, or there are as many as are tried.
  private mutating func newLine(_ candidate: ICECandidate, in media: MediaDescription) -> SDPLine? {
    let known = media.candidates
    guard candidate.isUsable, !known.contains(where: { $0.isSamePlace(as: candidate) }) else { return nil }
    guard known.count(where: \.isUsable) < configuration.maximumRemoteCandidates else {
      ignoredRemoteCandidates += 1
      return nil
    }
    return SDPLine(.candidate(candidate))
  }

  /// Counts a candidate in; nil for one of no use, one that is there, and one too many.
  mutating func take(_ candidate: ICECandidate, _ fragment: String, for id: TransportID)
    -> NegotiationChange.RemoteCandidate?
  {
    guard candidate.isUsable, candidate.usernameFragment == nil || candidate.usernameFragment == fragment,
      let known = session.transports[id]?.candidates, !known.contains(where: { $0.isSamePlace(as: candidate) })
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

  /// Notes what a transport has gathered, for the local description.
  /// - Returns: what to tell the other side; nil where no description has these credentials.
  public mutating func addLocalCandidate(
    _ candidate: ICECandidate, usernameFragment: String, transport: TransportID
  ) -> LocalCandidate? {
    var candidate = candidate
    candidate.usernameFragment = usernameFragment
    return noteLocal(usernameFragment, transport, candidate.candidate) { $0.candidates.append(candidate) }
  }

  /// Notes that a transport has gathered all. See `addLocalCandidate`.
  public mutating func endLocalCandidates(usernameFragment: String, transport: TransportID) -> LocalCandidate? {
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

  /// Forgets what was gathered under credentials that no description has any more.
  mutating func dropStaleCandidates() {
    let used = [pendingLocal, currentLocal].compactMap { $0?.description.media }.joined().compactMap(\.iceUfrag)
    let live = Set(used)
    localCandidates.removeAll { !live.contains($0.usernameFragment) }
  }
}

extension ICECandidate {
  /// Whether there is a way to use it: RTP's component, over a transport that is known.
  fileprivate var isUsable: Bool {
    guard component == 1, transport == .udp || transport == .tcp else { return false }
    if case .other = kind { return false }
    return true
  }
}
