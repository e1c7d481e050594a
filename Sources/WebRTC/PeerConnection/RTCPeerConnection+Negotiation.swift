internal import Encoding
public import JSEP
internal import Media
internal import RTP
internal import SDP

/// Descriptions and candidates. Source: W3C WebRTC §4.4.2, RFC 9429.
extension RTCPeerConnection {
  /// The pending description if there is one, else the current one; with all candidates gathered so far.
  public var localDescription: RTCSessionDescription? { text(negotiation.localDescription) }
  public var currentLocalDescription: RTCSessionDescription? { text(negotiation.currentLocalDescription) }
  public var pendingLocalDescription: RTCSessionDescription? { text(negotiation.pendingLocalDescription) }
  public var remoteDescription: RTCSessionDescription? { text(negotiation.remoteDescription) }
  public var currentRemoteDescription: RTCSessionDescription? { text(negotiation.currentRemoteDescription) }
  public var pendingRemoteDescription: RTCSessionDescription? { text(negotiation.pendingRemoteDescription) }

  private func text(_ description: (type: RTCSdpType, sdp: SessionDescription)?) -> RTCSessionDescription? {
    description.map { RTCSessionDescription(type: $0.type, sdp: $0.sdp.description) }
  }

  /// Makes an offer; nothing changes until it is set.
  /// - Throws: `InvalidStateError`, `OperationError`.
  public func createOffer(_ options: RTCOfferOptions = .init()) throws(RTCError) -> RTCSessionDescriptionInit {
    let sdp = try negotiate { negotiation throws(NegotiationError) in
      try negotiation.createOffer(options) { id, restart in credentials(id, restart: restart) }
    }
    return RTCSessionDescriptionInit(type: .offer, sdp: sdp)
  }

  /// Makes an answer to the remote offer; nothing changes until it is set.
  /// - Throws: `InvalidStateError`, `OperationError`.
  public func createAnswer(_ options: RTCAnswerOptions = .init()) throws(RTCError) -> RTCSessionDescriptionInit {
    let sdp = try negotiate { negotiation throws(NegotiationError) in
      try negotiation.createAnswer { id, restart in credentials(id, restart: restart) }
    }
    return RTCSessionDescriptionInit(type: .answer, sdp: sdp)
  }

  /// Sets a description of this side, and begins to gather candidates for it.
  /// - Parameter description: if nil or without a text, the offer or answer that is due is made and set.
  /// - Throws: `InvalidStateError`, `InvalidModificationError` for a text that differs from the one that was made, and the
  ///   specification's other errors.
  public func setLocalDescription(_ description: RTCSessionDescriptionInit? = nil) throws(RTCError) {
    guard !isClosed else { throw RTCError.closed }
    let type = description?.type ?? negotiation.implicitLocalType
    var sdp = description?.sdp ?? ""
    if sdp.isEmpty, type != .rollback {
      sdp = type == .offer ? try createOffer().sdp : try createAnswer().sdp
    }
    let text = sdp
    apply(try negotiate { negotiation throws(NegotiationError) in try negotiation.setLocal(type, text) })
  }

  /// Sets a description of the peer. An offer that arrives while this side's own offer is pending rolls that back (RFC 9429
  /// §4.1.10.2): the polite peer of perfect negotiation needs no other code.
  /// - Throws: `RTCError` for a text that is no description, with the line; `InvalidAccessError` for an impossible one;
  ///   `InvalidStateError`, `OperationError`.
  public func setRemoteDescription(_ description: RTCSessionDescriptionInit) throws(RTCError) {
    guard !isClosed else { throw RTCError.closed }
    apply(
      try negotiate { negotiation throws(NegotiationError) in
        try negotiation.setRemote(description.type, description.sdp)
      })
  }

  /// Adds a candidate of the peer; nil or an empty one marks the end of candidates.
  /// - Throws: `InvalidStateError` before there is a remote description; `TypeError` without a media section;
  ///   `OperationError` for a text that is no candidate, or for an unknown media section.
  public func addIceCandidate(_ candidate: RTCIceCandidateInit?) throws(RTCError) {
    guard !isClosed else { throw RTCError.closed }
    let candidate = candidate ?? RTCIceCandidateInit()
    let result = try negotiate { negotiation throws(NegotiationError) in
      try negotiation.addRemoteCandidate(
        candidate.candidate, mid: candidate.sdpMid, mLineIndex: candidate.sdpMLineIndex,
        usernameFragment: candidate.usernameFragment)
    }
    add(result.candidates, ends: result.ends)
  }

  /// Makes the next offer an ICE restart; asks for negotiation.
  public func restartIce() {
    guard !isClosed else { return }
    negotiation.restartICE()
    updateNegotiationNeeded()
  }

  // MARK: - Internal

  /// Runs a change of the negotiation that may alter its transceivers or whether negotiation is needed.
  func change(_ body: (inout Negotiation) throws(NegotiationError) -> Void) throws(RTCError) {
    try negotiate(body)
    updateNegotiationNeeded()
  }

  private func negotiate<Result>(
    _ body: (inout Negotiation) throws(NegotiationError) -> Result
  ) throws(RTCError) -> Result {
    guard !isClosed else { throw RTCError.closed }
    do throws(NegotiationError) {
      var copy = negotiation
      defer {
        negotiation = copy
        refreshTransceivers()
      }
      return try body(&copy)
    } catch {
      throw RTCError(error)
    }
  }

  /// The ICE credentials of a transport, which is created if it does not exist.
  private func credentials(_ id: TransportID, restart: Bool) -> ICEParameters? {
    guard let media = transports[id] ?? openTransport(id) else { return nil }
    return restart ? try? media.transport.ice.restart() : media.transport.ice.localParameters
  }

  private func openTransport(_ id: TransportID) -> MediaTransport? {
    var generator = SystemRandomNumberGenerator()
    var session = RTPSessionConfiguration(
      ntpClock: MediaTransport.clock, seed: generator.next(),
      localSSRC: SSRC(rawValue: .random(in: 1 ... .max, using: &generator)), cname: cname)
    let bounds = bitrateBounds
    session.startBitrate = bounds.upperBound
    session.minimumBitrate = bounds.lowerBound
    session.maximumBitrate = bounds.upperBound
    session.pacing = configuration.latency.pacing
    var settings = TransportConfiguration(
      configuration, certificate: certificate, isControlling: negotiation.isControlling)
    settings.iceServers = iceServers
    guard let transport = try? PeerTransport(configuration: settings) else { return nil }
    transport.onEvent = { [weak self] event in self?.handle(event, of: id) }
    let media = MediaTransport(transport: transport, session: RTPSession(session), dump: dump) {
      [weak self] event, media, now in self?.handle(event, of: media, now: now)
    }
    transports[id] = media
    if configuration.iceCandidatePoolSize > 0 { transport.ice.gather() }
    return media
  }

  /// Carries out the changes that follow from a description.
  private func apply(_ change: NegotiationChange) {
    for id in change.abandonedRestarts { transports[id]?.transport.ice.abandonRestart() }
    for id in change.stopped + change.removed { transceiver(id)?.end() }
    transceivers.removeAll { change.removed.contains($0.id) }
    bringUpTransports()
    if change.isAgreed { applyAgreement() }
    add(change.candidates, ends: change.endsOfCandidates)
    if change.signalingState != lastSignalingState {
      lastSignalingState = change.signalingState
      emit(.signalingstatechange(change.signalingState))
    }
    for track in change.tracks { announce(track) }
    if change.signalingState == .stable { clearNegotiationNeeded() }
    emitUnsignalledCandidates()
    updateStates()
    updateGatheringState()
  }

  private func bringUpTransports() {
    let wanted = Set(negotiation.transports.map(\.id))
    for (id, media) in transports where !wanted.contains(id) {
      transports[id] = nil
      media.close()
    }
    for wanted in negotiation.transports {
      guard let transport = transports[wanted.id]?.transport else { continue }
      transport.ice.gather()
      if let remote = wanted.remote { transport.ice.setRemote(remote) }
      if let role = wanted.role, !wanted.remoteFingerprints.isEmpty {
        transport.dtls.setRemote(fingerprints: wanted.remoteFingerprints, role: role)
      }
    }
  }

  /// Configures senders and receivers as both sides have agreed.
  private func applyAgreement() {
    let media = negotiation.media
    for section in media { transports[section.transport]?.apply(section) }
    let hasSound = media.contains { $0.kind == .audio && $0.send != nil }
    for transceiver in transceivers {
      let section = media.first { $0.transceiver == transceiver.id }
      let transport = section.flatMap { transports[$0.transport] }
      var send = section?.send
      send?.playoutDelay = configuration.latency.playoutDelay(withSound: hasSound)
      send?.firstPlayoutDelay = configuration.latency.firstPlayoutDelay
      send?.contentType = .screenshare
      send?.colorSpace = .screen
      transceiver.sender.negotiate(
        send, transport: transport,
        codecs: section?.codecs.map { RTCRtpCodecParameters($0, kind: transceiver.kind) } ?? [])
      transceiver.receiver.negotiate(section?.receive, transport: transport)
    }
  }

  private func announce(_ track: NegotiationChange.RemoteTrack) {
    switch track {
    case .added(let id, let streams):
      guard let transceiver = transceiver(id) else { return }
      remoteStreams.move(transceiver.receiver, to: streams)
      emit(
        .track(
          RTCTrackEvent(
            receiver: transceiver.receiver, track: transceiver.receiver.track, streams: transceiver.receiver.streams,
            transceiver: transceiver)))
    case .moved(let id, let streams): transceiver(id).map { remoteStreams.move($0.receiver, to: streams) }
    case .removed(let id):
      guard let receiver = transceiver(id)?.receiver else { return }
      remoteStreams.move(receiver, to: [])
      receiver.mute()
    }
  }

  private func add(_ candidates: [NegotiationChange.RemoteCandidate], ends: [TransportID]) {
    for remote in candidates {
      transports[remote.transport]?.transport.ice.addRemoteCandidate(
        remote.candidate, usernameFragment: remote.usernameFragment)
    }
    for id in ends { transports[id]?.transport.ice.remoteEndOfCandidates() }
  }
}
