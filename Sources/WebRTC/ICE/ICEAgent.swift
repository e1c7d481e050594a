internal import CNice
internal import Media
internal import SDP

#if canImport(Glibc)
  internal import Glibc
#endif

/// One generation of ICE credentials with its sockets: a libnice agent of one component.
///
/// On the `NetworkThread` only. A restart is a second agent beside the first, so that the old path is used until the new one
/// works. To be ended by `close`.
final class ICEAgent {
  enum State {
    case new, checking, connected, failed
  }

  /// The most remote candidates that are used.
  static let remoteCandidateLimit = 20
  /// The most peer-reflexive candidates. libnice has no limit, and keeps each one.
  static let reflexiveCandidateLimit = 64
  static let component: guint = 1
  /// The most bytes of a STUN message after its header. A user name has fewer than 509. Source: RFC 8489 §14.3.
  static let longestSTUN: UInt16 = 1024
  /// A server without a candidate after this time is checked by `ICEServerCheck`.
  static let checkDelay = MediaTime.seconds(1)
  /// How long after that gathering may go on.
  static let gatheringLimit = MediaTime.seconds(9)

  let localParameters: ICEParameters
  private(set) var state = State.new
  /// Why it has failed; nil if only because no check succeeded.
  private(set) var failure: TransportError?
  var localCandidates: [ICECandidate] = []
  private(set) var remoteCandidates: [ICECandidate] = []
  private(set) var remoteParameters: ICEParameters?
  var isGathered = false
  /// The path of sent packets, while there is one.
  private(set) var path: ICEPath?
  weak var delegate: (any ICEAgentDelegate)?

  let thread: NetworkThread
  let configuration: TransportConfiguration
  var agent: OpaquePointer?
  let stream: guint
  let servers: ICEServers
  var hasBegun = false
  var isGatheringInLibnice = false
  var libniceIsDone = false
  var isChecking = false
  var earlyRelays: [ICEServers.Entry] = []
  var gatheringTimer: NetworkTimer?
  private var remoteGatheringIsDone = false
  private var wasConnected = false
  /// What `isControlling` was when the agent was closed.
  private var wasControlling = false
  private var reflexiveCandidates = 0

  /// - Throws: `TransportError` when libnice cannot make an agent.
  init(configuration: TransportConfiguration, isControlling: Bool, thread: NetworkThread) throws(TransportError) {
    self.configuration = configuration
    self.thread = thread
    servers = ICEServers(configuration: configuration, thread: thread)
    guard let agent = nice_agent_new_full(thread.context, NICE_COMPATIBILITY_RFC5245, NICE_AGENT_OPTION_ICE_TRICKLE)
    else {
      throw .library(function: "nice_agent_new_full", status: 0)
    }
    oriel_nice_set_boolean(agent, "upnp", 0)
    oriel_nice_set_boolean(agent, "ice-tcp", configuration.usesTCP ? 1 : 0)
    oriel_nice_set_boolean(agent, "controlling-mode", isControlling ? 1 : 0)
    oriel_nice_set_boolean(agent, "force-relay", configuration.iceTransportPolicy == .relay ? 1 : 0)
    oriel_nice_set_uint(agent, "stun-max-retransmissions", 5)
    stream = nice_agent_add_stream(agent, 1)
    oriel_nice_set_consent_freshness(agent, 1)
    // Keeps libnice sending checks while consent is not strict.
    oriel_nice_set_boolean(agent, "keepalive-conncheck", 1)
    var usernameFragment: UnsafeMutablePointer<CChar>?
    var password: UnsafeMutablePointer<CChar>?
    guard stream != 0, nice_agent_get_local_credentials(agent, stream, &usernameFragment, &password) != 0,
      let usernameFragment, let password
    else {
      g_object_unref(gpointer(agent))
      throw .library(function: "nice_agent_add_stream", status: Int(stream))
    }
    localParameters = ICEParameters(
      usernameFragment: String(cString: usernameFragment), password: String(cString: password))
    g_free(usernameFragment)
    g_free(password)
    self.agent = agent
    if let range = configuration.portRange {
      nice_agent_set_port_range(agent, stream, Self.component, guint(range.lowerBound), guint(range.upperBound))
    }
    connectSignals(of: agent)
  }

  deinit { if agent != nil { close(nil) } }

  /// Whether this side has the controlling role. Changes when a role conflict is resolved.
  var isControlling: Bool {
    guard let agent else { return wasControlling }
    return oriel_nice_get_boolean(agent, "controlling-mode") != 0
  }

  /// Whether consent expires after ten seconds without an answer to a check, rather than after fifty. libnice checks every four
  /// to six seconds and does not retransmit, so that with strict consent two lost answers in a row end a connection: at 5 % loss
  /// that happens every few minutes.
  var isConsentStrict = true {
    didSet {
      guard let agent, isConsentStrict != oldValue else { return }
      oriel_nice_set_consent_freshness(agent, isConsentStrict ? 1 : 0)
    }
  }

  /// Whether neither side has more candidates to come.
  var isComplete: Bool { isGathered && remoteGatheringIsDone }

  /// The server of this scheme, if there is just one.
  func onlyServer(_ scheme: RTCIceServerURL.Scheme) -> RTCIceServerURL? { servers.only(scheme) }

  /// Gives the peer's credentials, with which the checks begin.
  func setRemote(_ parameters: ICEParameters) {
    guard let agent, parameters != remoteParameters, parameters.isValid else { return }
    remoteParameters = parameters
    nice_agent_set_remote_credentials(agent, stream, parameters.usernameFragment, parameters.password)
    for candidate in remoteCandidates { passToLibnice(candidate) }
    if remoteGatheringIsDone { nice_agent_peer_candidate_gathering_done(agent, stream) }
  }

  /// Adds a candidate of the peer. Unusable ones are ignored: names (a browser's `.local` names: its own checks still reach this
  /// side), IPv6 link-local addresses, and any beyond the limit.
  func addRemote(_ candidate: ICECandidate) {
    guard remoteCandidates.count < Self.remoteCandidateLimit,
      !remoteCandidates.contains(where: { $0.hasSameTransportAddress(as: candidate) }),
      candidate.component == 1, candidate.priority > 0, candidate.port > 0 || candidate.tcpType == .active,
      candidate.transport == .udp || (candidate.transport == .tcp && configuration.usesTCP), candidate.kind.nice != nil,
      let address = IPAddress(candidate.address), !address.isVersion6LinkLocal
    else { return }
    remoteCandidates.append(candidate)
    if remoteParameters != nil { passToLibnice(candidate) }
  }

  /// Says that the peer has no more candidates, so that the checks may fail for good.
  func endOfRemoteCandidates() {
    guard let agent else { return }
    remoteGatheringIsDone = true
    if remoteParameters != nil { nice_agent_peer_candidate_gathering_done(agent, stream) }
  }

  /// Sends one packet by way of libnice: over relays and TCP. False when it is dropped.
  func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let agent, let start = bytes.baseAddress else { return false }
    return nice_agent_send(agent, stream, Self.component, guint(bytes.count), start.assumingMemoryBound(to: CChar.self))
      > 0
  }

  /// The selected pair, while there is one.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)? {
    guard let agent else { return nil }
    var local: UnsafeMutablePointer<NiceCandidate>?
    var remote: UnsafeMutablePointer<NiceCandidate>?
    guard nice_agent_get_selected_pair(agent, stream, Self.component, &local, &remote) != 0, let local, let remote
    else {
      return nil
    }
    return (ICECandidate(local.pointee), ICECandidate(remote.pointee))
  }

  /// Releases all that the agent holds, including allocations on TURN servers. The delegate gets no more calls.
  /// - Parameter completion: called from the loop when that is done.
  func close(_ completion: (() -> Void)?) {
    guard let agent else {
      if let completion { thread.later(completion) }
      return
    }
    wasControlling = isControlling
    self.agent = nil
    path = nil
    delegate = nil
    servers.cancel()
    gatheringTimer?.deadline = nil
    gatheringTimer = nil
    oriel_disconnect_signals(agent, Unmanaged.passUnretained(self).toOpaque())
    // libnice must go on reading, or it never gets a TURN server's answer to the end of an allocation.
    nice_agent_attach_recv(agent, stream, Self.component, thread.context, { _, _, _, _, _, _ in }, nil)
    let ending = Ending(thread: thread, completion: completion)
    nice_agent_close_async(
      agent,
      { object, _, data in
        guard let object, let data else { return }
        let ending = Unmanaged<Ending>.fromOpaque(data).takeRetainedValue()
        // Not within the agent's own callback.
        ending.thread.later {
          g_object_unref(object)
          ending.completion?()
        }
      }, Unmanaged.passRetained(ending).toOpaque())
  }

  private final class Ending {
    let thread: NetworkThread
    let completion: (() -> Void)?
    init(thread: NetworkThread, completion: (() -> Void)?) {
      self.thread = thread
      self.completion = completion
    }
  }

  // MARK: - libnice

  private func passToLibnice(_ candidate: ICECandidate) {
    guard let agent, let address = IPAddress(candidate.address), let kind = candidate.kind.nice,
      let new = nice_candidate_new(kind)
    else {
      return
    }
    defer { nice_candidate_free(new) }
    new.pointee.addr = address.niceAddress(port: candidate.port)
    new.pointee.base_addr = new.pointee.addr
    new.pointee.transport = candidate.niceTransport
    new.pointee.priority = candidate.priority
    new.pointee.stream_id = stream
    new.pointee.component_id = Self.component
    withUnsafeMutableBytes(of: &new.pointee.foundation) { field in
      for (index, byte) in candidate.foundation.utf8.prefix(field.count - 1).enumerated() { field[index] = byte }
    }
    var list = GSList(data: new, next: nil)
    nice_agent_set_remote_candidates(agent, stream, Self.component, &list)
  }

  private func changed(to niceState: guint) {
    let new: State =
      switch NiceComponentState(niceState) {
      case NICE_COMPONENT_STATE_CONNECTING: .checking
      case NICE_COMPONENT_STATE_CONNECTED, NICE_COMPONENT_STATE_READY: .connected
      case NICE_COMPONENT_STATE_FAILED: .failed
      default: state
      }
    // Only a restart recovers from lost consent: libnice may check again, but sends no more packets.
    guard new != state, !(state == .failed && wasConnected) else { return }
    state = new
    if new == .connected { wasConnected = true }
    if new == .failed {
      path = nil
      // Closes an agent as soon as it fails after being connected: libnice 0.1.21 asserts, and aborts the process, if a pending
      // check then succeeds (`agent_signal_component_state_change`).
      if wasConnected { thread.later { [weak self] in self?.close(nil) } }
    }
    delegate?.agentChangedState(self)
  }

  /// The peer has sent a check from an address that it has not signalled.
  private func peerReflexiveCandidateAdded() {
    reflexiveCandidates += 1
    // Deferred, since the agent must not be closed within libnice's call.
    if reflexiveCandidates == Self.reflexiveCandidateLimit {
      thread.later { [weak self] in self?.giveUp() }
    }
  }

  private func giveUp() {
    guard agent != nil else { return }
    let delegate = self.delegate
    close(nil)
    failure = .tooManyAddresses
    state = .failed
    delegate?.agentChangedState(self)
  }

  private func selected(remote: NiceCandidate) {
    guard let agent else { return }
    let socket = nice_agent_get_selected_socket(agent, stream, Self.component)
    path = socket.map { ICEPath(socket: $0, remote: remote.addr, agent: self) } ?? ICEPath(agent: self)
    delegate?.agentSelectedPair(self)
  }

  private func connectSignals(of agent: OpaquePointer) {
    let data = Unmanaged.passUnretained(self).toOpaque()
    let newCandidate: @convention(c) (OpaquePointer?, UnsafeMutablePointer<NiceCandidate>?, gpointer?) -> Void = {
      _, candidate, data in
      guard let candidate, let agent = ICEAgent.from(data) else { return }
      agent.gathered(candidate)
    }
    let gatheringDone: @convention(c) (OpaquePointer?, guint, gpointer?) -> Void = { _, _, data in
      ICEAgent.from(data)?.libniceFinished()
    }
    let stateChanged: @convention(c) (OpaquePointer?, guint, guint, guint, gpointer?) -> Void = {
      _, _, _, state, data in
      ICEAgent.from(data)?.changed(to: state)
    }
    let newPair:
      @convention(c) (
        OpaquePointer?, guint, guint, UnsafeMutablePointer<NiceCandidate>?, UnsafeMutablePointer<NiceCandidate>?,
        gpointer?
      ) -> Void = { _, _, _, _, remote, data in
        guard let remote else { return }
        ICEAgent.from(data)?.selected(remote: remote.pointee)
      }
    let newRemote: @convention(c) (OpaquePointer?, UnsafeMutablePointer<NiceCandidate>?, gpointer?) -> Void = {
      _, _, data in
      ICEAgent.from(data)?.peerReflexiveCandidateAdded()
    }
    oriel_connect(agent, "new-remote-candidate-full", unsafeBitCast(newRemote, to: GCallback.self), data)
    oriel_connect(agent, "new-candidate-full", unsafeBitCast(newCandidate, to: GCallback.self), data)
    oriel_connect(agent, "candidate-gathering-done", unsafeBitCast(gatheringDone, to: GCallback.self), data)
    oriel_connect(agent, "component-state-changed", unsafeBitCast(stateChanged, to: GCallback.self), data)
    oriel_connect(agent, "new-selected-pair-full", unsafeBitCast(newPair, to: GCallback.self), data)
    nice_agent_attach_recv(
      agent, stream, Self.component, thread.context,
      { _, _, _, count, bytes, data in
        guard let bytes, let agent = ICEAgent.from(data) else { return }
        agent.delegate?.agent(agent, received: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
      }, data)
  }

  private static func from(_ data: gpointer?) -> ICEAgent? {
    data.map { Unmanaged<ICEAgent>.fromOpaque($0).takeUnretainedValue() }
  }
}
