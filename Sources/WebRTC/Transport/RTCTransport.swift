internal import CNice
internal import Media
internal import RTCProtocol

#if canImport(Glibc)
  internal import Glibc
#endif

/// One bundled transport: ICE, DTLS and SRTP together. What goes in is RTP and RTCP, what comes out as well.
///
/// On the `RTCThread` only, and not `Sendable`: an actor on that thread owns it. To be ended by `close`.
final class RTCTransport {
  /// Takes what happens; see `RTCTransportEvent`.
  var onEvent: ((RTCTransportEvent) -> Void)?
  /// Takes a received RTP packet: authentic, not seen before, decrypted. Lent for the call, with the time of arrival. May come
  /// before the event that says DTLS is connected.
  var onRTP: ((Span<UInt8>, MediaTime) -> Void)?
  /// Takes a received RTCP packet in the way of `onRTP`.
  var onRTCP: ((Span<UInt8>, MediaTime) -> Void)?

  private(set) var gatheringState = RTCIceGathererState.new
  private(set) var iceState = RTCIceTransportState.new
  private(set) var dtlsState = RTCDtlsTransportState.new
  private(set) var counters = TransportCounters()
  private(set) var selectedPairChanges = 0

  /// How many packets of DTLS are kept that come before the peer's description.
  private static let earlyPacketLimit = 8
  private static let largestPacket = 2048
  /// How long the path before a restart still takes what is on its way.
  private static let retirement = MediaTime.seconds(3)

  private let thread: RTCThread
  private let configuration: RTCTransportConfiguration
  /// Carries the packets.
  private var current: ICEAgent
  /// A restart that is not through yet.
  private var pending: ICEAgent?
  /// What a restart has replaced.
  private var retired: ICEAgent?
  private var retirementTimer: RTCTimer?
  private var remoteFingerprints: [RTCDtlsFingerprint] = []
  private var role: DTLSRole?
  private var dtls: DTLSSession?
  private var srtp: SRTPSession?
  private var earlyPackets: [[UInt8]] = []
  private var events: [RTCTransportEvent] = []
  private var isClosed = false
  private var silence = PeerSilence()
  private var silenceTimer: RTCTimer?
  private var isSilent = false
  private var lastSent: MediaTime?
  private var lastReceived: MediaTime?
  private let scratch: UnsafeMutableRawBufferPointer
  private let vectors: UnsafeMutableBufferPointer<iovec>

  /// - Throws: `RTCTransportError` when a library refuses.
  init(configuration: RTCTransportConfiguration, thread: RTCThread = .shared) throws(RTCTransportError) {
    self.configuration = configuration
    self.thread = thread
    current = try ICEAgent(configuration: configuration, isControlling: configuration.isControlling, thread: thread)
    scratch = .allocate(byteCount: Self.largestPacket, alignment: 16)
    vectors = .allocate(capacity: 64)
    vectors.initialize(repeating: iovec())
    current.delegate = self
  }

  deinit {
    scratch.deallocate()
    vectors.deallocate()
  }

  // MARK: - ICE

  /// The agent that a description made now speaks of.
  private var newest: ICEAgent { pending ?? current }

  /// The credentials of the newest generation.
  var localParameters: ICEParameters { newest.localParameters }

  /// The candidates of the newest generation, as far as they are gathered.
  var localCandidates: [ICECandidate] { newest.localCandidates }

  /// The peer's candidates of the newest generation that are used.
  var remoteCandidates: [ICECandidate] { newest.remoteCandidates }

  /// Begins to gather candidates for the newest generation. Again: no effect.
  func gather() {
    guard !isClosed else { return }
    if !newest.isGathered { setGatheringState(.gathering) }
    newest.gather()
  }

  /// Gives the peer's credentials for the newest generation, with which its checks begin. The same again: no effect.
  func setRemote(_ parameters: ICEParameters) {
    guard !isClosed, parameters != current.remoteParameters || pending == nil else { return }
    newest.setRemote(parameters)
  }

  /// Takes one more candidate of the peer.
  /// - Parameter usernameFragment: the generation it belongs to; nil for the newest. One of no generation here is dropped.
  func addRemoteCandidate(_ candidate: ICECandidate, usernameFragment: String? = nil) {
    guard !isClosed else { return }
    guard let usernameFragment else { return newest.addRemote(candidate) }
    for agent in [pending, current] where agent?.remoteParameters?.usernameFragment == usernameFragment {
      agent?.addRemote(candidate)
    }
  }

  /// Says that the peer has no more candidates for the newest generation.
  func remoteEndOfCandidates() {
    guard !isClosed else { return }
    newest.endOfRemoteCandidates()
    updateICEState()
  }

  /// Begins an ICE restart: a new generation with credentials of its own, to be signalled, then gathered for. The path so far
  /// carries on until the new one is up. A restart that is under way and has not met the peer yet is replaced.
  /// - Returns: the new credentials.
  /// - Throws: `RTCTransportError`.
  @discardableResult
  func restart() throws(RTCTransportError) -> ICEParameters {
    guard !isClosed else { throw .closed }
    abandonRestart()
    let agent = try ICEAgent(configuration: configuration, isControlling: current.isControlling, thread: thread)
    agent.delegate = self
    pending = agent
    setGatheringState(.new)
    return agent.localParameters
  }

  /// Takes a restart back that is not through yet: the offer was rolled back.
  func abandonRestart() {
    guard let agent = pending else { return }
    pending = nil
    agent.close(nil)
    setGatheringState(current.isGathered ? .complete : .gathering)
    updateICEState()
  }

  /// The pair of candidates that packets go between.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)? { current.selectedPair }

  // MARK: - DTLS

  /// Gives the digests of the peer's certificate and this side's role. DTLS begins as soon as there is a path. The first call
  /// decides; a peer keeps its certificate and role for the life of a transport.
  func setRemote(fingerprints: [RTCDtlsFingerprint], role: DTLSRole) {
    guard !isClosed, self.role == nil else { return }
    self.role = role
    remoteFingerprints = fingerprints
    startDTLS()
  }

  /// Whether packets may flow: there are keys and a path.
  var isWritable: Bool { srtp != nil && current.path != nil }

  private func startDTLS() {
    guard dtls == nil, let role, !isClosed, current.path != nil || (role == .server && !earlyPackets.isEmpty) else {
      return
    }
    do {
      let session = try DTLSSession(
        certificate: configuration.certificate, role: role, fingerprints: remoteFingerprints, thread: thread
      ) { [unowned self] bytes in sendUnprotected(bytes) }
      dtls = session
      session.onState = { [unowned self] in dtlsChanged() }
      setDTLSState(.connecting)
      session.start()
      let early = earlyPackets
      earlyPackets = []
      for packet in early { packet.withUnsafeBytes { dtls?.receive($0) } }
    } catch {
      fail(error)
    }
  }

  private func dtlsChanged() {
    guard let dtls else { return }
    switch dtls.state {
    case .connecting: break
    case .connected:
      guard let keys = dtls.exportKeys() else { return fail(.noCommonSRTPProfile) }
      do {
        srtp = try SRTPSession(keys: keys)
        setDTLSState(.connected)
      } catch {
        fail(error)
      }
    case .closed:
      guard !isClosed else { return }
      srtp = nil
      emit(.closedByPeer)
      setDTLSState(.closed)
    case .failed(let error): fail(error)
    }
  }

  private func fail(_ error: RTCTransportError) {
    srtp = nil
    emit(.failed(error))
    setDTLSState(.failed)
  }

  private func sendUnprotected(_ bytes: UnsafeRawBufferPointer) {
    guard let path = current.path, path.send(bytes) else {
      counters.packetsDiscardedOnSend += 1
      return
    }
    countSent(packets: 1, bytes: bytes.count)
  }

  // MARK: - Packets

  /// Protects packets in place and sends them: at once, and as few system calls as can be.
  /// - Returns: how many left. The others found no keys, no path or no room in the socket; they are gone, and counted. The
  ///   slots are to be used no more.
  @discardableResult
  func send(_ batch: RTPPacketBatch, packets: Range<Int>) -> Int {
    guard srtp != nil, let path = current.path else {
      counters.packetsDiscardedOnSend += UInt64(packets.count)
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
        guard length > 0, let size = protect(slot, length: length, isRTCP: isRTCP) else { continue }
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
    counters.packetsDiscardedOnSend += UInt64(packets.count - sent)
    return sent
  }

  /// Sends a copy of one RTP packet; false when it is dropped.
  @discardableResult
  func sendRTP(_ packet: Span<UInt8>) -> Bool { send(packet, isRTCP: false) }

  /// Sends a copy of one compound RTCP packet; false when it is dropped.
  @discardableResult
  func sendRTCP(_ packet: Span<UInt8>) -> Bool { send(packet, isRTCP: true) }

  private func send(_ packet: Span<UInt8>, isRTCP: Bool) -> Bool {
    let length = packet.count
    guard srtp != nil, let path = current.path, length + SRTPSession.trailerRoom + 4 <= scratch.count else {
      counters.packetsDiscardedOnSend += 1
      return false
    }
    packet.withUnsafeBytes { scratch.copyMemory(from: $0) }
    guard let size = protect(scratch, length: length, isRTCP: isRTCP),
      path.send(UnsafeRawBufferPointer(rebasing: scratch[..<size]))
    else {
      counters.packetsDiscardedOnSend += 1
      return false
    }
    countSent(packets: 1, bytes: size)
    return true
  }

  private func protect(_ buffer: UnsafeMutableRawBufferPointer, length: Int, isRTCP: Bool) -> Int? {
    if isRTCP { srtp?.protectRTCP(buffer, length: length) } else { srtp?.protectRTP(buffer, length: length) }
  }

  private func countSent(packets: Int, bytes: Int) {
    guard packets > 0 else { return }
    counters.packetsSent += UInt64(packets)
    counters.bytesSent += UInt64(bytes)
    let now = MediaTime.now
    lastSent = now
    if srtp != nil { silence.sent(now: now) }
  }

  /// Tells DTLS, RTP and RTCP apart by the first two bytes (RFC 7983, RFC 5761).
  private func receive(_ bytes: UnsafeMutableRawBufferPointer) {
    let now = MediaTime.now
    counters.packetsReceived += 1
    counters.bytesReceived += UInt64(bytes.count)
    guard bytes.count >= 2 else {
      counters.ignored += 1
      return
    }
    switch bytes[0] {
    case 20...63: receiveDTLS(UnsafeRawBufferPointer(bytes))
    case 128...191: receiveSRTP(bytes, isRTCP: (192...223).contains(bytes[1]), now: now)
    default: counters.ignored += 1
    }
  }

  private func receiveDTLS(_ bytes: UnsafeRawBufferPointer) {
    if let dtls { return dtls.receive(bytes) }
    guard dtlsState == .new, earlyPackets.count < Self.earlyPacketLimit, bytes.count <= Self.largestPacket else {
      counters.ignored += 1
      return
    }
    earlyPackets.append(Array(bytes))
    startDTLS()
  }

  private func receiveSRTP(_ bytes: UnsafeMutableRawBufferPointer, isRTCP: Bool, now: MediaTime) {
    guard let result = isRTCP ? srtp?.unprotectRTCP(bytes) : srtp?.unprotectRTP(bytes) else {
      counters.ignored += 1
      return
    }
    switch result {
    case .success(let length):
      hear(now: now)
      let packet = UnsafeRawBufferPointer(rebasing: bytes[..<length]).bindMemory(to: UInt8.self)
      let take = isRTCP ? onRTCP : onRTP
      take?(packet.span, now)
    case .failure(.replayed): counters.replayed += 1
    case .failure(.notAuthentic): counters.notAuthentic += 1
    case .failure(.malformed), .failure(.tooManyStreams): counters.ignored += 1
    }
  }

  // MARK: - The peer's silence

  private func hear(now: MediaTime) {
    lastReceived = now
    silence.received(now: now)
    if isSilent {
      isSilent = false
      updateICEState()
    }
    if silenceTimer == nil {
      let timer = RTCTimer(thread: thread) { [weak self] now in self?.listen(now: now) }
      timer.deadline = silence.deadline
      silenceTimer = timer
    }
  }

  /// Looks whether the peer is silent. Not for every packet: the timer is moved on when it fires.
  private func listen(now: MediaTime) {
    isSilent = silence.isSilent(now: now)
    if isSilent {
      updateICEState()
      silenceTimer = nil
    } else if let deadline = silence.deadline {
      silenceTimer?.deadline = max(deadline, now + .seconds(1))
    }
  }

  // MARK: - Statistics

  func statistics() -> TransportStatistics {
    var statistics = TransportStatistics()
    statistics.counters = counters
    statistics.iceState = iceState
    statistics.dtlsState = dtlsState
    statistics.isControlling = current.isControlling
    statistics.dtlsRole = role
    statistics.dtlsCipher = dtls?.cipher
    statistics.srtpCipher = srtp?.profile.registeredName
    statistics.localUsernameFragment = current.localParameters.usernameFragment
    statistics.selectedPairChanges = selectedPairChanges
    statistics.localCandidates = current.localCandidates
    statistics.remoteCandidates = current.remoteCandidates
    statistics.lastPacketSent = lastSent
    statistics.lastPacketReceived = lastReceived
    if let pair = current.selectedPair {
      statistics.selectedPair = pair
      if !statistics.localCandidates.contains(pair.local) { statistics.localCandidates.append(pair.local) }
      if !statistics.remoteCandidates.contains(pair.remote) { statistics.remoteCandidates.append(pair.remote) }
    }
    let own = configuration.certificate
    statistics.localCertificate = own.getFingerprints().first.map { .init(fingerprint: $0, encoded: own.encoded) }
    statistics.remoteCertificate = dtls?.remoteCertificate
    return statistics
  }

  // MARK: - End

  /// Tells the peer, ends everything and gives back what was held, in time. No event comes after this. Idempotent.
  /// - Parameter completion: called on the thread when sockets and relay allocations are gone.
  func close(_ completion: (() -> Void)? = nil) {
    guard !isClosed else {
      if let completion { thread.later(completion) }
      return
    }
    isClosed = true
    dtls?.close()
    dtls = nil
    srtp = nil
    earlyPackets = []
    events = []
    onEvent = nil
    onRTP = nil
    onRTCP = nil
    retirementTimer?.deadline = nil
    retirementTimer = nil
    silenceTimer?.deadline = nil
    silenceTimer = nil
    iceState = .closed
    dtlsState = .closed
    let agents = [current, pending, retired].compactMap { $0 }
    pending = nil
    retired = nil
    var open = agents.count
    for agent in agents {
      agent.close {
        open -= 1
        if open == 0 { completion?() }
      }
    }
  }

  // MARK: - Events

  private func emit(_ event: RTCTransportEvent) {
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

  private func setGatheringState(_ state: RTCIceGathererState) {
    guard state != gatheringState else { return }
    gatheringState = state
    emit(.gatheringState(state))
  }

  private func setDTLSState(_ state: RTCDtlsTransportState) {
    guard state != dtlsState, dtlsState != .closed else { return }
    dtlsState = state
    emit(.dtlsState(state))
  }

  private func updateICEState() {
    guard !isClosed else { return }
    let state: RTCIceTransportState =
      switch current.state {
      case .new: .new
      case .checking: .checking
      case .connected where isSilent: .disconnected
      case .connected: current.isComplete ? .completed : .connected
      case .failed: pending?.state == .checking ? .checking : .failed
      }
    guard state != iceState else { return }
    if state == .failed {
      let wasConnected = iceState == .connected || iceState == .completed || iceState == .disconnected
      if wasConnected, iceState != .disconnected { emit(.iceState(.disconnected)) }
      emit(.failed(wasConnected ? .consentExpired : .unreachable))
    }
    iceState = state
    emit(.iceState(state))
  }
}

extension RTCTransport: ICEAgentDelegate {
  func agent(_ agent: ICEAgent, gathered candidate: ICECandidate) {
    emit(.candidate(candidate, usernameFragment: agent.localParameters.usernameFragment))
  }

  func agent(_ agent: ICEAgent, failedToUse server: RTCIceCandidateError) { emit(.candidateError(server)) }

  func agentFinishedGathering(_ agent: ICEAgent) {
    emit(.endOfCandidates(usernameFragment: agent.localParameters.usernameFragment))
    if agent === newest { setGatheringState(.complete) }
    updateICEState()
  }

  func agentChangedState(_ agent: ICEAgent) { updateICEState() }

  func agentSelectedPair(_ agent: ICEAgent) {
    if agent === pending { promote(agent) }
    guard agent === current else { return }
    selectedPairChanges += 1
    emit(.selectedPairChanged)
    startDTLS()
  }

  func agent(_ agent: ICEAgent, received bytes: UnsafeMutableRawBufferPointer) { receive(bytes) }

  /// A restart is through: its path takes over, and the old one still hears for a while what is on its way.
  private func promote(_ agent: ICEAgent) {
    retired?.close(nil)
    retired = current
    current = agent
    pending = nil
    let timer = RTCTimer(thread: thread) { [weak self] _ in
      self?.retired?.close(nil)
      self?.retired = nil
    }
    timer.deadline = .now + Self.retirement
    retirementTimer = timer
  }
}
