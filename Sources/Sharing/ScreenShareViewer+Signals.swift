internal import JSEP
internal import RTP
internal import RoomProtocol
internal import WebRTC

/// What the peer says, and what is said to it.
extension ScreenShareViewer {
  /// Signals that are kept while there is no address: a description and its candidates are a dozen.
  private static let heldSignalLimit = 64
  /// Candidates that are kept for a description: more are not tried anyway.
  private static let earlyCandidateLimit = 64

  func receive(_ signal: RoomSignal) {
    guard isOnline else { return hold(signal) }
    do throws(RTCError) {
      switch signal.content {
      case .offer(let sdp): try take(offer: sdp)
      case .answer(let sdp): try take(answer: sdp)
      case .candidate(let candidate):
        try take(
          RTCIceCandidateInit(candidate: candidate.candidate, sdpMid: candidate.id, sdpMLineIndex: candidate.label))
      case .restart: if mayRestart() { connection.restartIce() }
      case .notice, .other: break
      }
    } catch {
      warn(error)
    }
  }

  private func hold(_ signal: RoomSignal) {
    // Another path is sought without being asked for it.
    if case .restart = signal.content { return }
    if heldSignals.count < Self.heldSignalLimit { heldSignals.append(signal) }
  }

  private func warn(_ error: RTCError) {
    let why = error.message.prefix(300)
    report?(.warning(code: "signal", message: "\(member.name ?? "a viewer") sent what cannot be used: \(why)"))
  }

  // MARK: - Descriptions

  private func take(answer sdp: String) throws(RTCError) {
    try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .answer, sdp: sdp))
    mayOffer = true
    silence = nil
    takeEarlyCandidates()
    beginSearch()
    // One that takes the sound alone is welcome.
    if pictureSender != nil, senders.allSatisfy({ $0.getParameters().codecs.isEmpty }) {
      report?(.failed("Its browser does not play VP8, in which screens are sent: use Firefox, Chromium or Safari."))
    }
  }

  /// An offer with other credentials asks for another path as `restart` does.
  private func take(offer sdp: String) throws(RTCError) {
    let offered = credentials(in: sdp)
    let isRestart = connection.remoteDescription.map { !offered.isEmpty && credentials(in: $0.sdp) != offered } ?? false
    guard !isRestart || mayRestart() else {
      heldOffer = sdp
      earlyCandidates = []
      return
    }
    try answer(sdp)
  }

  /// What the peer has no place for in its offer is offered to it afterwards: `negotiationneeded` comes when it is stable.
  private func answer(_ sdp: String) throws(RTCError) {
    heldOffer = nil
    try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .offer, sdp: sdp))
    try addTracks()
    mayOffer = true
    try connection.setLocalDescription()
    sendLocalDescription()
    takeEarlyCandidates()
    beginSearch()
  }

  /// Makes the other path that was asked for too soon after the last.
  func restartAsAsked() {
    guard let sdp = heldOffer else { return connection.restartIce() }
    do throws(RTCError) {
      try answer(sdp)
    } catch {
      warn(error)
      connection.restartIce()
    }
  }

  private func credentials(in sdp: String) -> Set<Substring> {
    Set(
      sdp.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("a=ice-ufrag:") || $0.hasPrefix("a=ice-pwd:") })
  }

  private func beginSearch() {
    if !diagnosis.wasConnected, search == nil { search = 0 }
  }

  func offer() {
    guard isOnline, mayOffer, connection.signalingState == .stable else { return }
    do throws(RTCError) {
      try connection.setLocalDescription()
      sendLocalDescription()
    } catch {
      report?(.failed(error.message))
    }
  }

  private func sendLocalDescription() {
    guard let description = connection.localDescription else { return }
    switch description.type {
    case .offer: send(.offer(sdp: description.sdp))
    case .answer: send(.answer(sdp: description.sdp))
    case .pranswer, .rollback: break
    }
  }

  func send(_ content: RoomSignal.Content) {
    report?(.signal(RoomSignal(content, to: member.id.isEmpty ? nil : member.id)))
  }

  // MARK: - Candidates

  /// A server may let a candidate overtake its description, and some peers send it first.
  private func take(_ candidate: RTCIceCandidateInit) throws(RTCError) {
    let isAwaited = connection.signalingState == .haveLocalOffer || heldOffer != nil
    let namesCredentials = candidate.candidate.contains(" ufrag ")
    guard connection.remoteDescription != nil, !isAwaited || namesCredentials else { return keep(candidate) }
    do throws(RTCError) {
      try connection.addIceCandidate(candidate)
    } catch {
      // It may be of the credentials to come.
      guard isAwaited else { throw error }
      keep(candidate)
    }
  }

  private func keep(_ candidate: RTCIceCandidateInit) {
    if earlyCandidates.count < Self.earlyCandidateLimit { earlyCandidates.append(candidate) }
  }

  private func takeEarlyCandidates() {
    let candidates = earlyCandidates
    earlyCandidates = []
    for candidate in candidates {
      do throws(RTCError) { try connection.addIceCandidate(candidate) } catch { warn(error) }
    }
  }
}
