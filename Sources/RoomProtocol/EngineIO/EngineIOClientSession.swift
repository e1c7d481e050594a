/// A client's session: polling, a WebSocket, or on the way from the one to the other.
///
/// It does no I/O. Whoever drives it tells it what happened and the time, and does the actions it appends, in their order.
/// At most one GET and one POST are under way and at most one WebSocket is open at a time. `timeoutFired` is due at
/// `deadline`, which may be another after every call.
public struct EngineIOClientSession: Sendable {
  enum State: Sendable, Equatable { case new, opening, open, closing, closed }
  enum Probe: Sendable { case none, opening, asked, answered }

  /// A body of a POST holds no more packets: python-socketio takes no more.
  static let packetsPerPost = 16
  static let upgradeTimeout = Duration.seconds(10)
  static let closeTimeout = Duration.seconds(3)
  /// How long to wait with the next poll when a server, in the midst of an upgrade, has nothing to say and says so at once.
  static let idlePollDelay = Duration.milliseconds(50)

  public let version: EngineIOVersion
  /// What messages travel over now.
  public internal(set) var transport: EngineIOTransport
  /// Bytes that wait for a POST. Whoever sends should not let them become many.
  public internal(set) var queuedBytes = 0

  let mayUpgrade: Bool
  let maxPayload: Int
  var state = State.new
  var handshake: EngineIOHandshake?
  var queue: [EngineIOFrame] = []
  var isPolling = false
  var isPosting = false
  /// The WebSocket beside the polling that is to take over from it.
  var probe = Probe.none
  var probeDeadline: MonotonicTime?
  /// When the next poll begins, where that is put off.
  var pollTime: MonotonicTime?
  /// When the session is opened, or closed, at the latest.
  var stateDeadline: MonotonicTime?
  /// When the server must have been heard.
  var silenceDeadline: MonotonicTime?
  /// When to ping; in version 4 the server does.
  var pingTime: MonotonicTime?
  private var requests = 0

  /// - Parameters:
  ///   - version: what the server speaks.
  ///   - transport: what to begin with.
  ///   - mayUpgrade: whether to go on from polling to a WebSocket when the server offers it.
  ///   - maxPayload: bytes that are taken in one message or polling body.
  public init(
    _ version: EngineIOVersion, transport: EngineIOTransport, mayUpgrade: Bool = true, maxPayload: Int = 10_000_000
  ) {
    self.version = version
    self.transport = transport
    self.mayUpgrade = mayUpgrade
    self.maxPayload = maxPayload
  }

  public var isClosed: Bool { state == .closed }

  /// When `timeoutFired` is due.
  public var deadline: MonotonicTime? {
    guard !isClosed else { return nil }
    return [stateDeadline, silenceDeadline, pingTime, probeDeadline, pollTime].compactMap(\.self).min()
  }

  /// Asks the server for a session.
  public mutating func open(
    within limit: Duration, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    guard state == .new else { return }
    state = .opening
    stateDeadline = now + limit
    switch transport {
    case .polling: poll(into: &actions)
    case .webSocket: actions.append(.openWebSocket(query: query(.webSocket)))
    }
  }

  /// Sends packets, next to each other. While the session is not open they are dropped.
  public mutating func send(_ frames: [EngineIOFrame], into actions: inout [EngineIOClientAction]) {
    guard state == .open else { return }
    for frame in frames { put(frame, into: &actions) }
    post(into: &actions)
  }

  /// Ends the session after what was sent before.
  public mutating func close(now: MonotonicTime, into actions: inout [EngineIOClientAction]) {
    guard state == .open, transport == .polling else {
      if state != .closing { end(.closedHere, into: &actions) }
      return
    }
    leaveProbe(into: &actions)
    put(.close, into: &actions)
    state = .closing
    stateDeadline = now + Self.closeTimeout
    post(into: &actions)
  }

  mutating func query(_ transport: EngineIOTransport) -> String {
    requests += 1
    let request = EngineIORequest(version: version, transport: transport, sessionID: handshake?.sessionID)
    // What is asked again is not to come out of a cache.
    return request.query + "&t=\(requests)"
  }
}

// MARK: What happens outside

extension EngineIOClientSession {
  /// The GET request was answered.
  public mutating func pollAnswered(
    status: Int, _ payload: EngineIOPayload, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    guard !isClosed, isPolling else { return }
    isPolling = false
    guard status == 200 else { return end(.refused(status: status), into: &actions) }
    do throws(EngineIOError) {
      guard payload.bytes.count <= maxPayload else { throw .tooLarge }
      var reader = try EngineIOPayloadReader(payload, version)
      var isIdle = true
      while !isClosed, let packet = try reader.next() {
        isIdle = isIdle && packet.kind == .noop
        received(packet, now: now, into: &actions)
      }
      if isIdle, probe != .none { pollTime = now + Self.idlePollDelay }
    } catch {
      end(.invalid(error), into: &actions)
    }
    if state == .opening { end(.invalid(.invalidHandshake), into: &actions) }
    goOn(into: &actions)
  }

  /// The POST request was answered.
  public mutating func postAnswered(status: Int, into actions: inout [EngineIOClientAction]) {
    guard !isClosed, isPosting else { return }
    isPosting = false
    guard status == 200 else { return end(.refused(status: status), into: &actions) }
    goOn(into: &actions)
  }

  /// A GET or POST request got no answer.
  public mutating func requestFailed(into actions: inout [EngineIOClientAction]) {
    end(.lost, into: &actions)
  }

  /// The WebSocket is open.
  public mutating func webSocketOpened(into actions: inout [EngineIOClientAction]) {
    guard probe == .opening else { return }
    probe = .asked
    actions.append(.sendText([EngineIOPacket.Kind.ping.digit] + Self.probeText))
  }

  /// The WebSocket could not be opened.
  /// - Parameters:
  ///   - status: of the server's answer, when there was one.
  ///   - actions: what to do now is appended.
  public mutating func webSocketFailed(status: Int?, into actions: inout [EngineIOClientAction]) {
    guard transport == .webSocket else { return forgetProbe(into: &actions) }
    end(status.map { .refused(status: $0) } ?? .lost, closesWebSocket: false, into: &actions)
  }

  /// One text message of the WebSocket.
  public mutating func receivedText(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    receivedFrame(bytes, now: now, into: &actions) { bytes, version throws(EngineIOError) in
      try EngineIOPacket(text: bytes, version)
    }
  }

  /// One binary message of the WebSocket.
  public mutating func receivedBinary(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    receivedFrame(bytes, now: now, into: &actions) { bytes, version throws(EngineIOError) in
      try EngineIOPacket(binary: bytes, version)
    }
  }

  /// The WebSocket is closed, by the server or because its connection is gone.
  /// - Parameters:
  ///   - isClean: whether there was a closing handshake.
  ///   - actions: what to do now is appended.
  public mutating func webSocketClosed(isClean: Bool, into actions: inout [EngineIOClientAction]) {
    guard transport == .webSocket else { return forgetProbe(into: &actions) }
    end(isClean ? .closedByPeer : .lost, closesWebSocket: false, into: &actions)
  }

  /// The time is `deadline` or later.
  public mutating func timeoutFired(now: MonotonicTime, into actions: inout [EngineIOClientAction]) {
    guard !isClosed else { return }
    if let stateDeadline, stateDeadline <= now {
      return end(state == .closing ? .closedHere : .connectTimeout, into: &actions)
    }
    if let silenceDeadline, silenceDeadline <= now { return end(.pingTimeout, into: &actions) }
    if let probeDeadline, probeDeadline <= now { leaveProbe(into: &actions) }
    if let pollTime, pollTime <= now {
      self.pollTime = nil
      goOn(into: &actions)
    }
    if let pingTime, pingTime <= now, let handshake {
      self.pingTime = now + handshake.pingInterval
      silenceDeadline = min(silenceDeadline ?? .max, now + handshake.pingTimeout)
      send([.ping], into: &actions)
    }
  }
}
