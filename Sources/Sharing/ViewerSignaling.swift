internal import JSEP
internal import RoomProtocol
internal import WebRTC

/// Negotiates a viewer's connection by the room protocol's signals: offers and answers, candidates in any order, ICE restarts.
@NetworkThreadActor final class ViewerSignaling {
  enum Event {
    /// A signal for the viewer.
    case send(RoomSignal.Content)
    /// The viewer's answer is set, or its offer answered.
    case negotiated(byAnswer: Bool)
    /// The viewer sent what cannot be used.
    case unusable(RTCError)
    /// This side cannot offer.
    case failed(RTCError)
  }

  /// The most signals kept while there is no address: a description and its candidates are a dozen.
  private static let heldSignalLimit = 64
  /// The most candidates kept for a description still to come: the connection would not use more anyway.
  private static let earlyCandidateLimit = 64

  var onEvent: ((Event) -> Void)?
  /// Adds the tracks to the connection; called before each description of this side, and may be called again.
  var addTracks: () throws(RTCError) -> Void = {}

  private let connection: RTCPeerConnection
  /// Whether this machine has an address. Without one, signals are held and nothing is offered.
  private(set) var isOnline: Bool
  /// Whether this side may offer: from the start, or after the peer's first offer has been answered.
  private var mayOffer: Bool
  /// Signals of the peer that arrived while there was no address.
  private var heldSignals: [RoomSignal] = []
  /// Candidates of the peer that arrived before their description.
  private(set) var earlyCandidates: [RTCIceCandidateInit] = []
  /// The peer's offer of an ICE restart that `RestartLimit` delays.
  private(set) var heldOffer: String?
  private var restarts = RestartLimit()

  /// - Parameters:
  ///   - makesOffer: whether this side offers first; if not, it waits for the peer's offer.
  ///   - isOnline: whether this machine has an address.
  init(_ connection: RTCPeerConnection, makesOffer: Bool, isOnline: Bool) {
    self.connection = connection
    self.isOnline = isOnline
    mayOffer = makesOffer
  }

  /// Sets whether this machine has an address. When it has one again, acts on the signals that were held.
  func setOnline(_ isOnline: Bool) {
    self.isOnline = isOnline
    guard isOnline else { return }
    let signals = heldSignals
    heldSignals = []
    for signal in signals { receive(signal) }
  }

  func receive(_ signal: RoomSignal) {
    guard isOnline else { return hold(signal) }
    do throws(RTCError) {
      switch signal.content {
      case .offer(let sdp): try take(offer: sdp)
      case .answer(let sdp): try take(answer: sdp)
      case .candidate(let candidate):
        try take(
          RTCIceCandidateInit(candidate: candidate.candidate, sdpMid: candidate.id, sdpMLineIndex: candidate.label))
      case .restart: restart()
      case .notice, .other: break
      }
    } catch {
      onEvent?(.unusable(error))
    }
  }

  private func hold(_ signal: RoomSignal) {
    // The return of an address restarts ICE anyway.
    if case .restart = signal.content { return }
    if heldSignals.count < Self.heldSignalLimit { heldSignals.append(signal) }
  }

  // MARK: - Descriptions

  /// Adds the tracks to a new connection, if this side offers; `negotiationneeded` follows.
  func begin() {
    guard mayOffer else { return }
    do throws(RTCError) { try addTracks() } catch { onEvent?(.failed(error)) }
  }

  /// Sends an offer, if this side may offer now.
  func offer() {
    guard isOnline, mayOffer, connection.signalingState == .stable else { return }
    do throws(RTCError) {
      try connection.setLocalDescription()
      sendLocalDescription()
    } catch {
      onEvent?(.failed(error))
    }
  }

  private func take(answer sdp: String) throws(RTCError) {
    try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .answer, sdp: sdp))
    mayOffer = true
    takeEarlyCandidates()
    onEvent?(.negotiated(byAnswer: true))
  }

  /// An offer with new ICE credentials is an ICE restart, and limited like `restart`.
  private func take(offer sdp: String) throws(RTCError) {
    let offered = credentials(in: sdp)
    let isRestart = connection.remoteDescription.map { !offered.isEmpty && credentials(in: $0.sdp) != offered } ?? false
    guard !isRestart || restarts.request() else {
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
    onEvent?(.negotiated(byAnswer: false))
  }

  private func credentials(in sdp: String) -> Set<Substring> {
    Set(
      sdp.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("a=ice-ufrag:") || $0.hasPrefix("a=ice-pwd:") })
  }

  private func sendLocalDescription() {
    guard let description = connection.localDescription else { return }
    switch description.type {
    case .offer: onEvent?(.send(.offer(sdp: description.sdp)))
    case .answer: onEvent?(.send(.answer(sdp: description.sdp)))
    case .pranswer, .rollback: break
    }
  }

  // MARK: - ICE restarts that the peer requests or causes

  /// Restarts ICE now, or in a few seconds if the last restart was just before.
  func restart() { if restarts.request() { connection.restartIce() } }

  /// Cancels a delayed restart that another restart or the connection has made unnecessary; not one that the peer has offered.
  func cancelDelayedRestart() { if heldOffer == nil { restarts.cancel() } }

  /// To be called once a second: does the restart that was requested too soon after the last one.
  func second() {
    guard restarts.second(), isOnline else { return }
    guard let sdp = heldOffer else { return connection.restartIce() }
    do throws(RTCError) {
      try answer(sdp)
    } catch {
      onEvent?(.unusable(error))
      connection.restartIce()
    }
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
      do throws(RTCError) { try connection.addIceCandidate(candidate) } catch { onEvent?(.unusable(error)) }
    }
  }
}
