internal import Media
internal import SDP

/// ICE over all restarts: the generation whose path carries the packets, that of a restart which has no path yet, and the one
/// that a restart has replaced. Source: RFC 8445 §9, W3C WebRTC §5.6.
///
/// On the `NetworkThread` only. The agents' events go to `delegate`, which passes on here those that concern all generations. To
/// be ended by `close`.
final class ICETransport {
  /// How long the path before a restart still receives packets that are on their way.
  private static let retirement = MediaTime.seconds(3)

  /// The delegate of all agents.
  weak var delegate: (any ICEAgentDelegate)? {
    didSet { current.delegate = delegate }
  }
  /// Takes changes of the states, and the reason of a failure before its state. Called within other calls.
  var onEvent: ((TransportEvent) -> Void)?

  private(set) var gatheringState = RTCIceGathererState.new
  private(set) var state = RTCIceTransportState.new
  /// The agent whose path carries the packets.
  private(set) var current: ICEAgent

  private let thread: NetworkThread
  private var configuration: TransportConfiguration
  /// The agent of a restart that has not succeeded yet.
  private var pending: ICEAgent?
  /// The agent that a restart has replaced.
  private var retired: ICEAgent?
  private var retirementTimer: NetworkTimer?
  private var isPeerSilent = false

  /// - Throws: `TransportError` when a library refuses.
  init(configuration: TransportConfiguration, thread: NetworkThread) throws(TransportError) {
    self.configuration = configuration
    self.thread = thread
    current = try ICEAgent(configuration: configuration, isControlling: configuration.isControlling, thread: thread)
  }

  /// The path of sent packets, while there is one.
  var path: ICEPath? { current.path }

  /// The selected candidate pair.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)? { current.selectedPair }

  /// Sets the ICE servers for later generations, since credentials expire.
  func setServers(_ servers: [RTCIceServer]) { configuration.iceServers = servers }

  /// Ends all generations. Sockets and relay allocations are released afterwards. No event follows.
  /// - Parameter completion: called on the thread when they are released.
  func close(_ completion: (() -> Void)? = nil) {
    state = .closed
    onEvent = nil
    retirementTimer?.deadline = nil
    retirementTimer = nil
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

  // MARK: - The newest generation, whose credentials a description made now contains

  private var newest: ICEAgent { pending ?? current }

  /// The credentials of the newest generation.
  var localParameters: ICEParameters { newest.localParameters }

  /// The candidates of the newest generation that are gathered so far.
  var localCandidates: [ICECandidate] { newest.localCandidates }

  /// The peer's candidates of the newest generation that are used.
  var remoteCandidates: [ICECandidate] { newest.remoteCandidates }

  /// Begins to gather candidates for the newest generation. A second call has no effect.
  func gather() {
    guard state != .closed else { return }
    if !newest.isGathered { setGatheringState(.gathering) }
    newest.gather()
  }

  /// Sets the peer's credentials for the newest generation, which starts its checks. The same again has no effect.
  func setRemote(_ parameters: ICEParameters) {
    guard state != .closed, parameters != current.remoteParameters || pending == nil else { return }
    newest.setRemote(parameters)
  }

  /// Adds a candidate of the peer.
  /// - Parameter usernameFragment: the generation it belongs to; nil for the newest. Candidates of other generations are dropped.
  func addRemoteCandidate(_ candidate: ICECandidate, usernameFragment: String? = nil) {
    guard state != .closed else { return }
    guard let usernameFragment else { return newest.addRemote(candidate) }
    for agent in [pending, current] where agent?.remoteParameters?.usernameFragment == usernameFragment {
      agent?.addRemote(candidate)
    }
  }

  /// Marks the end of the peer's candidates for the newest generation.
  func remoteEndOfCandidates() {
    guard state != .closed else { return }
    newest.endOfRemoteCandidates()
    updateState()
  }

  // MARK: - Restart

  /// Begins an ICE restart: a new generation with new credentials, to be signalled first, then gathered for. The current path
  /// is used until the new one works. A pending restart that has no path yet is replaced.
  /// - Returns: the new credentials.
  /// - Throws: `TransportError`.
  @discardableResult
  func restart() throws(TransportError) -> ICEParameters {
    guard state != .closed else { throw .closed }
    abandonRestart()
    let agent = try ICEAgent(configuration: configuration, isControlling: current.isControlling, thread: thread)
    agent.delegate = delegate
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
    updateState()
  }

  /// An agent has a path: if it is that of the restart, it takes over, and the old one receives packets that are still on their
  /// way.
  /// - Returns: whether the restart has succeeded by this.
  func promote(_ agent: ICEAgent) -> Bool {
    guard agent === pending else { return false }
    retired?.close(nil)
    retired = current
    current = agent
    pending = nil
    let timer = NetworkTimer(thread: thread) { [weak self] _ in
      self?.retired?.close(nil)
      self?.retired = nil
    }
    timer.deadline = .now + Self.retirement
    retirementTimer = timer
    return true
  }

  // MARK: - Consent

  /// Sets whether the peer has stopped sending, which counts as disconnected. Consent is strict from then on.
  func setPeerSilent(_ isSilent: Bool) {
    isPeerSilent = isSilent
    if isSilent { current.isConsentStrict = true }
    updateState()
  }

  /// Makes consent strict: only consent can show whether the peer is still there.
  func requireConsent() { current.isConsentStrict = true }

  /// An authentic packet shows that the peer is there: consent need not be strict.
  func relaxConsent() {
    guard current.isConsentStrict else { return }
    // Deferred, since libnice is the caller of this.
    let agent = current
    thread.later { agent.isConsentStrict = false }
  }

  // MARK: - States

  /// An agent has no more candidates to come.
  func finishedGathering(_ agent: ICEAgent) {
    if agent === newest { setGatheringState(.complete) }
    updateState()
  }

  /// To be called when an agent's state has changed.
  func updateState() {
    guard state != .closed else { return }
    let new: RTCIceTransportState =
      switch current.state {
      case .new: .new
      case .checking: .checking
      case .connected where isPeerSilent: .disconnected
      case .connected: current.isComplete ? .completed : .connected
      case .failed: pending?.state == .checking ? .checking : .failed
      }
    guard new != state else { return }
    if new == .failed {
      let wasConnected = state == .connected || state == .completed || state == .disconnected
      if wasConnected, state != .disconnected { onEvent?(.iceState(.disconnected)) }
      onEvent?(.failed(current.failure ?? (wasConnected ? .consentExpired : .unreachable)))
    }
    state = new
    onEvent?(.iceState(new))
  }

  private func setGatheringState(_ new: RTCIceGathererState) {
    guard new != gatheringState else { return }
    gatheringState = new
    onEvent?(.gatheringState(new))
  }
}
