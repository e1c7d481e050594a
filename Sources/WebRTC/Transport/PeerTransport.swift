internal import CNice
package import Media
package import RTP
internal import SDP

#if canImport(Glibc)
  internal import Glibc
#endif

/// One bundled transport: ICE, DTLS and SRTP together. Sends and receives plain RTP and RTCP packets.
///
/// It joins its parts: `ice` finds the path, `dtls` protects the packets, and the peer's liveness decides how strict consent is.
///
/// On the `NetworkThread` only, and not `Sendable`: an actor on that thread owns it. To be ended by `close`.
package final class PeerTransport {
  /// Takes the events; see `TransportEvent`.
  var onEvent: ((TransportEvent) -> Void)?
  /// Takes a received RTP packet: authentic, not a replay, decrypted. Lent for the call, with the time of arrival. May be
  /// called before the event that DTLS is connected. Without a handler, packets are not decrypted.
  package var onRTP: ((Span<UInt8>, MediaTime) -> Void)?
  /// Takes a received RTCP packet, like `onRTP`.
  var onRTCP: ((Span<UInt8>, MediaTime) -> Void)?

  let ice: ICETransport
  let dtls: DTLSTransport
  private let liveness: PeerLiveness
  private let certificate: RTCCertificate
  private let thread: NetworkThread
  private var traffic = TransportTraffic()
  /// Events that are not delivered yet.
  private var events: [TransportEvent] = []
  private var isClosed = false
  /// The packets of one call to the path.
  private let vectors: UnsafeMutableBufferPointer<iovec>

  /// - Throws: `TransportError` when a library refuses.
  init(configuration: TransportConfiguration, thread: NetworkThread = .shared) throws(TransportError) {
    self.thread = thread
    certificate = configuration.certificate
    let ice = try ICETransport(configuration: configuration, thread: thread)
    self.ice = ice
    dtls = DTLSTransport(certificate: certificate, thread: thread)
    liveness = PeerLiveness(thread: thread)
    vectors = .allocate(capacity: 64)
    vectors.initialize(repeating: iovec())
    ice.delegate = self
    ice.onEvent = { [weak self] event in self?.emit(event) }
    dtls.onEvent = { [weak self] event in self?.emit(event) }
    dtls.hasPath = { [ice] in ice.path != nil }
    dtls.send = { [weak self] bytes in self?.sendUnprotected(bytes) }
    liveness.onChange = { [weak self] change in self?.livenessChanged(change) }
  }

  deinit {
    vectors.deallocate()
    guard !isClosed else { return }
    // Released without `close`, perhaps on another thread: objects of the network thread must be closed there.
    nonisolated(unsafe) let parts = (ice: ice, dtls: dtls, liveness: liveness)
    thread.post {
      parts.dtls.close()
      parts.liveness.stop()
      parts.ice.close()
    }
  }

  /// Closes DTLS and ICE. Sockets and relay allocations are released afterwards. No event follows. Idempotent.
  /// - Parameter completion: called on the thread when sockets and relay allocations are released.
  func close(_ completion: (() -> Void)? = nil) {
    guard !isClosed else {
      if let completion { thread.later(completion) }
      return
    }
    isClosed = true
    dtls.close()
    liveness.stop()
    events = []
    onEvent = nil
    onRTP = nil
    onRTCP = nil
    ice.close(completion)
  }

  /// Whether packets can be sent: there are keys and a path.
  var isWritable: Bool { dtls.hasKeys && ice.path != nil }

  package var counters: TransportCounters { traffic.counters }

  /// How often a candidate pair was selected.
  var selectedPairChanges: Int { traffic.selectedPairChanges }

  // MARK: - Events

  private func emit(_ event: TransportEvent) {
    guard !isClosed else { return }
    events.append(event)
    guard events.count == 1 else { return }
    thread.later { [weak self] in
      guard let self else { return }
      let events = self.events
      self.events = []
      for event in events where !isClosed { onEvent?(event) }
    }
  }

  private func livenessChanged(_ change: PeerLiveness.Change) {
    switch change {
    case .silent: ice.setPeerSilent(true)
    case .returned: ice.setPeerSilent(false)
    case .unknown: ice.requireConsent()
    }
  }

  // MARK: - Sending

  /// Protects packets in place and sends them at once, with as few system calls as possible.
  /// - Returns: the number sent. The others are dropped and counted, for want of keys, of a path or of room in the socket. The
  ///   slots must not be used again.
  @discardableResult
  package func send(_ batch: RTPPacketBatch, packets: Range<Int>) -> Int {
    guard dtls.hasKeys, let path = ice.path else {
      traffic.discarded(packets: packets.count)
      return 0
    }
    var sent = 0
    var next = packets.lowerBound
    while next < packets.upperBound {
      var count = 0
      var bytes = 0
      while next < packets.upperBound, count < vectors.count {
        let length = batch.packet(next).count
        let slot = batch.slot(next)
        let isRTCP = batch.isRTCP(next)
        next += 1
        guard length > 0, let size = dtls.protect(slot, length: length, isRTCP: isRTCP) else { continue }
        vectors[count] = iovec(iov_base: slot.baseAddress, iov_len: size)
        bytes += size
        count += 1
      }
      guard count > 0 else { continue }
      let passed = path.send(UnsafeMutableBufferPointer(rebasing: vectors[..<count]))
      for index in passed..<count { bytes -= vectors[index].iov_len }
      countSent(packets: passed, bytes: bytes)
      sent += passed
    }
    traffic.discarded(packets: packets.count - sent)
    return sent
  }

  private func sendUnprotected(_ bytes: UnsafeRawBufferPointer) {
    guard let path = ice.path, path.send(bytes) else { return traffic.discarded(packets: 1) }
    countSent(packets: 1, bytes: bytes.count)
  }

  private func countSent(packets: Int, bytes: Int) {
    guard packets > 0 else { return }
    let now = MediaTime.now
    traffic.sent(packets: packets, bytes: bytes, now: now)
    if dtls.hasKeys { liveness.sent(now: now) }
  }

  // MARK: - Receiving

  /// Distinguishes DTLS, RTP and RTCP by the first two bytes (RFC 7983, RFC 5761).
  func receive(_ bytes: UnsafeMutableRawBufferPointer) {
    let now = MediaTime.now
    traffic.received(bytes: bytes.count)
    guard bytes.count >= 2 else { return traffic.ignored() }
    switch bytes[0] {
    case 20...63: if !dtls.receive(UnsafeRawBufferPointer(bytes)) { traffic.ignored() }
    case 128...191: receiveSRTP(bytes, isRTCP: (192...223).contains(bytes[1]), now: now)
    default: traffic.ignored()
    }
  }

  private func receiveSRTP(_ bytes: UnsafeMutableRawBufferPointer, isRTCP: Bool, now: MediaTime) {
    // Packets without a handler need not be decrypted.
    guard let handler = isRTCP ? onRTCP : onRTP, let result = dtls.unprotect(bytes, isRTCP: isRTCP) else {
      return traffic.ignored()
    }
    switch result {
    case .success(let length):
      traffic.authenticated(now: now)
      liveness.received(now: now)
      ice.relaxConsent()
      let packet = UnsafeRawBufferPointer(rebasing: bytes[..<length]).bindMemory(to: UInt8.self)
      handler(packet.span, now)
    case .failure(let refusal): traffic.refused(refusal)
    }
  }

  // MARK: - Statistics

  func statistics() -> TransportStatistics {
    let agent = ice.current
    var statistics = TransportStatistics()
    statistics.traffic = traffic
    statistics.iceState = ice.state
    statistics.dtlsState = dtls.state
    statistics.isControlling = agent.isControlling
    statistics.dtlsRole = dtls.role
    statistics.dtlsCipher = dtls.cipher
    statistics.srtpCipher = dtls.srtpCipher
    statistics.localUsernameFragment = agent.localParameters.usernameFragment
    statistics.remoteUsernameFragment = agent.remoteParameters?.usernameFragment ?? ""
    statistics.reflexiveServer = agent.onlyServer(.stun)
    statistics.relayServer = agent.onlyServer(.turn)
    statistics.localCandidates = agent.localCandidates
    statistics.remoteCandidates = agent.remoteCandidates
    if let pair = agent.selectedPair {
      statistics.selectedPair = pair
      if !statistics.localCandidates.contains(where: pair.local.hasSameTransportAddress) {
        statistics.localCandidates.append(pair.local)
      }
      if !statistics.remoteCandidates.contains(where: pair.remote.hasSameTransportAddress) {
        statistics.remoteCandidates.append(pair.remote)
      }
    }
    statistics.localCertificate = certificate.getFingerprints().first.map {
      .init(fingerprint: $0, encoded: certificate.encoded)
    }
    statistics.remoteCertificate = dtls.remoteCertificate
    return statistics
  }
}

extension PeerTransport: ICEAgentDelegate {
  func agent(_ agent: ICEAgent, gathered candidate: ICECandidate) {
    emit(.candidate(candidate, usernameFragment: agent.localParameters.usernameFragment))
  }

  func agent(_ agent: ICEAgent, failedToUse server: RTCIceCandidateError) { emit(.candidateError(server)) }

  func agentFinishedGathering(_ agent: ICEAgent) {
    emit(.endOfCandidates(usernameFragment: agent.localParameters.usernameFragment))
    ice.finishedGathering(agent)
  }

  func agentChangedState(_ agent: ICEAgent) { ice.updateState() }

  func agentSelectedPair(_ agent: ICEAgent) {
    let isRestart = ice.promote(agent)
    guard agent === ice.current else { return }
    traffic.selectedPairChanged()
    emit(.selectedPairChanged)
    if isRestart { emit(.restarted) }
    dtls.start()
  }

  func agent(_ agent: ICEAgent, received bytes: UnsafeMutableRawBufferPointer) { receive(bytes) }
}
