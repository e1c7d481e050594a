package import SDP

extension Negotiation {
  /// A description that is set, including later candidates. Source: W3C WebRTC §4.4.2.
  package typealias Description = (type: RTCSdpType, sdp: SessionDescription)

  package var currentLocalDescription: Description? { currentLocal.map { ($0.type, withCandidates($0.description)) } }
  package var pendingLocalDescription: Description? { pendingLocal.map { ($0.type, withCandidates($0.description)) } }
  package var currentRemoteDescription: Description? { currentRemote.map { ($0.type, $0.description) } }
  package var pendingRemoteDescription: Description? { pendingRemote.map { ($0.type, $0.description) } }
  package var localDescription: Description? { pendingLocalDescription ?? currentLocalDescription }
  package var remoteDescription: Description? { pendingRemoteDescription ?? currentRemoteDescription }

  /// The description with the gathered candidates of each transport, in the first section of each.
  private func withCandidates(_ description: SessionDescription) -> SessionDescription {
    var description = description
    var seen: Set<String> = []
    for index in description.media.indices {
      guard let fragment = description.media[index].iceUfrag, seen.insert(fragment).inserted,
        let list = localCandidates.last(where: { $0.usernameFragment == fragment })
      else { continue }
      description.media[index].addGathered(list)
    }
    return description
  }
}

extension MediaDescription {
  /// Adds the candidates, and sets the default address for peers without ICE. Source: RFC 9429 §5.2.2.
  fileprivate mutating func addGathered(_ list: LocalCandidateList) {
    guard !list.candidates.isEmpty || list.isComplete else { return }
    if let candidate = list.defaultCandidate {
      let address = SDPAddress(candidate.address)
      media.port = candidate.port
      for index in lines.indices {
        switch lines[index].content {
        case .connection: lines[index] = SDPLine(.connection(address))
        case .attribute(.rtcp):
          lines[index] = SDPLine(.rtcp(RTCPAddress(port: candidate.port, address: address)))
        default: break
        }
      }
    }
    let place = lines.firstIndex { if case .attribute(.iceUfrag) = $0.content { true } else { false } } ?? lines.count
    var added = list.candidates.map { SDPLine(.candidate($0)) }
    if list.isComplete { added.append(SDPLine(.endOfCandidates)) }
    lines.insert(contentsOf: added, at: place)
  }
}

extension LocalCandidateList {
  /// The default candidate: the most likely to work without ICE. Source: RFC 8839 §4.2.1.
  fileprivate var defaultCandidate: ICECandidate? {
    func rank(_ candidate: ICECandidate) -> Int {
      switch candidate.kind {
      case .relayed: 3
      case .serverReflexive: 2
      default: 1
      }
    }
    return candidates.filter { $0.transport == .udp && !$0.isIPv6 && !$0.isMDNSName }
      .max { (rank($0), $0.priority) < (rank($1), $1.priority) }
  }
}
