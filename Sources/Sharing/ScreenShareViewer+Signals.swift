internal import JSEP
internal import RTP
internal import RoomProtocol
internal import WebRTC

/// Received and sent signals.
extension ScreenShareViewer {
  /// The most signals kept while there is no address: a description and its candidates are a dozen.
  private static let heldSignalLimit = 64
  /// The most candidates kept for a description still to come: the connection would not use more anyway.
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
    // The return of an address restarts ICE anyway.
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
    // A viewer that receives only sound is no error.
    if pictureSender != nil, senders.allSatisfy({ $0.getParameters().codecs.isEmpty }) {
      report?(.failed("Its browser does not play VP8, in which screens are sent: use Firefox, Chromium or Safari."))
    }
  }

  /// An offer with new ICE credentials is an ICE restart, and limited like `restart`.
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

  /// Tracks without an m-line in the peer's offer are offered afterwards: `negotiationneeded` follows once the state is stable.
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

  /// Does the restart that was requested too soon after the last one.
  func performDelayedRestart() {
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

  /// Candidates may arrive before their description: a server may reorder them, and some peers send them first.
  private func take(_ candidate: RTCIceCandidateInit) throws(RTCError) {
    let awaitsDescription = connection.signalingState == .haveLocalOffer || heldOffer != nil
    let namesCredentials = candidate.candidate.contains(" ufrag ")
    guard connection.remoteDescription != nil, !awaitsDescription || namesCredentials else { return keep(candidate) }
    do throws(RTCError) {
      try connection.addIceCandidate(candidate)
    } catch {
      // Its credentials may be those of the description still to come.
      guard awaitsDescription else { throw error }
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
