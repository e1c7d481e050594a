internal import CNice
internal import Media
internal import SDP

#if canImport(Glibc)
  internal import Glibc
#endif

/// One bundled transport: ICE, DTLS and SRTP together. Sends and receives plain RTP and RTCP packets.
///
/// On the `NetworkThread` only, and not `Sendable`: an actor on that thread owns it. To be ended by `close`.
final class RTCTransport {
  /// Takes the events; see `RTCTransportEvent`.
  var onEvent: ((RTCTransportEvent) -> Void)?
  /// Takes a received RTP packet: authentic, not a replay, decrypted. Lent for the call, with the time of arrival. May be
  /// called before the event that DTLS is connected.
  var onRTP: ((Span<UInt8>, MediaTime) -> Void)?
  /// Takes a received RTCP packet, like `onRTP`.
  var onRTCP: ((Span<UInt8>, MediaTime) -> Void)?

  private(set) var gatheringState = RTCIceGathererState.new
  private(set) var iceState = RTCIceTransportState.new
  var dtlsState = RTCDtlsTransportState.new
  var counters = TransportCounters()
  var selectedPairChanges = 0
  var countersAtSelection = TransportCounters()

  /// The most DTLS packets that are kept from before the peer's description.
  static let earlyPacketLimit = 8
  static let largestPacket = 2048
  /// How long the path before a restart still receives packets that are on their way.
  static let retirement = MediaTime.seconds(3)

  let thread: NetworkThread
  private(set) var configuration: RTCTransportConfiguration
  /// The agent whose path carries the packets.
  var current: ICEAgent
  /// The agent of a restart that has not succeeded yet.
  var pending: ICEAgent?
  /// The agent that a restart has replaced.
  var retired: ICEAgent?
  var retirementTimer: NetworkTimer?
  var remoteFingerprints: [RTCDtlsFingerprint] = []
  var role: DTLSRole?
  var dtls: DTLSSession?
  var srtp: SRTPSession?
  var earlyPackets: [[UInt8]] = []
  private var events: [RTCTransportEvent] = []
  var isClosed = false
  var silence = PeerSilence()
  var silenceTimer: NetworkTimer?
  var isSilent = false
  var lastSent: MediaTime?
  var lastReceived: MediaTime?
  let scratch: UnsafeMutableRawBufferPointer
  let vectors: UnsafeMutableBufferPointer<iovec>

  /// - Throws: `RTCTransportError` when a library refuses.
  init(configuration: RTCTransportConfiguration, thread: NetworkThread = .shared) throws(RTCTransportError) {
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
    guard !isClosed else { return }
    // Released without `close`, perhaps on another thread: objects of the network thread must be closed there.
    nonisolated(unsafe) let remains: [AnyObject?] = [
      current, pending, retired, dtls, retirementTimer, silenceTimer,
    ]
    (pending, retired, dtls, retirementTimer, silenceTimer) = (nil, nil, nil, nil, nil)
    thread.post {
      for case let agent as ICEAgent in remains { agent.close(nil) }
      for case let timer as NetworkTimer in remains { timer.deadline = nil }
    }
  }

  // MARK: - ICE

  /// The agent whose credentials a description made now contains.
  var newest: ICEAgent { pending ?? current }

  /// The credentials of the newest generation.
  var localParameters: ICEParameters { newest.localParameters }

  /// The candidates of the newest generation that are gathered so far.
  var localCandidates: [ICECandidate] { newest.localCandidates }

  /// The peer's candidates of the newest generation that are used.
  var remoteCandidates: [ICECandidate] { newest.remoteCandidates }

  /// Begins to gather candidates for the newest generation. A second call has no effect.
  func gather() {
    guard !isClosed else { return }
    if !newest.isGathered { setGatheringState(.gathering) }
    newest.gather()
  }

  /// Sets the peer's credentials for the newest generation, which starts its checks. The same again has no effect.
  func setRemote(_ parameters: ICEParameters) {
    guard !isClosed, parameters != current.remoteParameters || pending == nil else { return }
    newest.setRemote(parameters)
  }

  /// Adds a candidate of the peer.
  /// - Parameter usernameFragment: the generation it belongs to; nil for the newest. Candidates of other generations are dropped.
  func addRemoteCandidate(_ candidate: ICECandidate, usernameFragment: String? = nil) {
    guard !isClosed else { return }
    guard let usernameFragment else { return newest.addRemote(candidate) }
    for agent in [pending, current] where agent?.remoteParameters?.usernameFragment == usernameFragment {
      agent?.addRemote(candidate)
    }
  }

  /// Marks the end of the peer's candidates for the newest generation.
  func remoteEndOfCandidates() {
    guard !isClosed else { return }
    newest.endOfRemoteCandidates()
    updateICEState()
  }

  /// Begins an ICE restart: a new generation with new credentials, to be signalled first, then gathered for. The current path
  /// is used until the new one works. A pending restart that has no path yet is replaced.
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

  /// Abandons a pending restart, because the offer was rolled back.
  func abandonRestart() {
    guard let agent = pending else { return }
    pending = nil
    agent.close(nil)
    setGatheringState(current.isGathered ? .complete : .gathering)
    updateICEState()
  }

  /// The selected candidate pair.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)? { current.selectedPair }

  /// Sets the ICE servers for later generations, since credentials expire.
  func setICEServers(_ servers: [RTCIceServer]) { configuration.iceServers = servers }

  // MARK: - End

  /// Closes DTLS and ICE. Sockets and relay allocations are released afterwards. No event follows. Idempotent.
  /// - Parameter completion: called on the thread when sockets and relay allocations are released.
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

  func emit(_ event: RTCTransportEvent) {
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

  func setGatheringState(_ state: RTCIceGathererState) {
    guard state != gatheringState else { return }
    gatheringState = state
    emit(.gatheringState(state))
  }

  func setDTLSState(_ state: RTCDtlsTransportState) {
    guard state != dtlsState, dtlsState != .closed else { return }
    dtlsState = state
    emit(.dtlsState(state))
  }

  func updateICEState() {
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
      emit(.failed(current.failure ?? (wasConnected ? .consentExpired : .unreachable)))
    }
    iceState = state
    emit(.iceState(state))
  }
}
