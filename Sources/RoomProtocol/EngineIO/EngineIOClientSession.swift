/// A client's session, over polling or a WebSocket, with an upgrade from the first to the second.
///
/// It does no I/O: the driver reports events with the time, and performs the appended actions in order. At most one GET
/// and one POST are under way and at most one WebSocket is open at a time. `timeoutFired` is due at `deadline`, which any
/// call may change.
public struct EngineIOClientSession: Sendable {
  enum State: Sendable, Equatable { case new, opening, open, closing, closed }
  enum Probe: Sendable { case none, opening, asked, answered }

  /// The most packets in the body of a POST: python-socketio accepts no more.
  static let packetsPerPost = 16
  static let upgradeTimeout = Duration.seconds(10)
  static let closeTimeout = Duration.seconds(3)
  /// The delay of the next poll after a server, during an upgrade, answered one with only `noop`.
  static let idlePollDelay = Duration.milliseconds(50)

  public let version: EngineIOVersion
  /// The transport that carries messages now.
  public internal(set) var transport: EngineIOTransport
  /// Bytes queued for a POST. The caller should keep them few.
  public internal(set) var queuedBytes = 0

  let mayUpgrade: Bool
  let maxPayload: Int
  var state = State.new
  var handshake: EngineIOHandshake?
  var queue: [EngineIOFrame] = []
  var isPolling = false
  var isPosting = false
  /// The state of the WebSocket that is to replace polling.
  var probe = Probe.none
  var probeDeadline: MonotonicTime?
  /// When a delayed poll begins.
  var pollTime: MonotonicTime?
  /// The time limit for opening, or closing, the session.
  var stateDeadline: MonotonicTime?
  /// When the session ends unless the server sends something.
  var silenceDeadline: MonotonicTime?
  /// When to ping; in version 4 the server pings.
  var pingTime: MonotonicTime?
  private var requests = 0

  /// - Parameters:
  ///   - version: the server's version.
  ///   - transport: the first transport.
  ///   - mayUpgrade: whether to upgrade from polling to a WebSocket when the server offers it.
  ///   - maxPayload: the most bytes accepted in one message or polling body.
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

  /// Sends packets with no other packet between them. Drops them unless the session is open.
  public mutating func send(_ frames: [EngineIOFrame], into actions: inout [EngineIOClientAction]) {
    guard state == .open else { return }
    for frame in frames { put(frame, into: &actions) }
    post(into: &actions)
  }

  /// Ends the session after everything sent before.
  public mutating func close(now: MonotonicTime, into actions: inout [EngineIOClientAction]) {
    guard state == .open, transport == .polling else {
      if state != .closing { end(.closedHere, into: &actions) }
      return
    }
    abandonProbe(into: &actions)
    put(.close, into: &actions)
    state = .closing
    stateDeadline = now + Self.closeTimeout
    post(into: &actions)
  }

  mutating func query(_ transport: EngineIOTransport) -> String {
    requests += 1
    let request = EngineIORequest(version: version, transport: transport, sessionID: handshake?.sessionID)
    // The number keeps caches from answering.
    return request.query + "&t=\(requests)"
  }
}

// MARK: Events

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
    proceed(into: &actions)
  }

  /// The POST request was answered.
  public mutating func postAnswered(status: Int, into actions: inout [EngineIOClientAction]) {
    guard !isClosed, isPosting else { return }
    isPosting = false
    guard status == 200 else { return end(.refused(status: status), into: &actions) }
    proceed(into: &actions)
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
  ///   - status: of the server's answer; nil without one.
  ///   - actions: what to do now is appended.
  public mutating func webSocketFailed(status: Int?, into actions: inout [EngineIOClientAction]) {
    guard transport == .webSocket else { return endProbe(into: &actions) }
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

  /// The WebSocket is closed, by the server or because its connection was lost.
  /// - Parameters:
  ///   - isClean: whether there was a closing handshake.
  ///   - actions: what to do now is appended.
  public mutating func webSocketClosed(isClean: Bool, into actions: inout [EngineIOClientAction]) {
    guard transport == .webSocket else { return endProbe(into: &actions) }
    end(isClean ? .closedByPeer : .lost, closesWebSocket: false, into: &actions)
  }

  /// The time is `deadline` or later.
  public mutating func timeoutFired(now: MonotonicTime, into actions: inout [EngineIOClientAction]) {
    guard !isClosed else { return }
    if let stateDeadline, stateDeadline <= now {
      return end(state == .closing ? .closedHere : .connectTimeout, into: &actions)
    }
    if let silenceDeadline, silenceDeadline <= now { return end(.pingTimeout, into: &actions) }
    if let probeDeadline, probeDeadline <= now { abandonProbe(into: &actions) }
    if let pollTime, pollTime <= now {
      self.pollTime = nil
      proceed(into: &actions)
    }
    if let pingTime, pingTime <= now, let handshake {
      self.pingTime = now + handshake.pingInterval
      silenceDeadline = min(silenceDeadline ?? .max, now + handshake.pingTimeout)
      send([.ping], into: &actions)
    }
  }
}
