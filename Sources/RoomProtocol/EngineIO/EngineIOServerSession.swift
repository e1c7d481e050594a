/// One client's session at the server, over polling or a WebSocket, with an upgrade from the first to the second.
///
/// It does no I/O: the driver reports events with the time, and performs the appended actions in order. A session has at
/// most one pending GET request and one WebSocket; a second is refused. `timeoutFired` is due at `deadline`, which any
/// call may change.
public struct EngineIOServerSession: Sendable {
  enum Probe: Sendable { case none, opened, answered }

  public let id: String
  public let version: EngineIOVersion
  /// The transport that carries messages now.
  public internal(set) var transport: EngineIOTransport
  public internal(set) var isClosed = false

  let configuration: EngineIOConfiguration
  let supportsBinary: Bool
  /// Packets for the next poll.
  var queue: [EngineIOFrame] = []
  public internal(set) var queuedBytes = 0
  var isPollPending = false
  /// The state of the WebSocket that is to replace polling.
  var probe = Probe.none
  var probeDeadline: MonotonicTime?
  /// When to answer a pending poll during an upgrade, which the client completes only after that.
  var releaseTime: MonotonicTime?
  /// When to ping; in version 3, or while `awaitsPong`, when to end the session because the client is silent.
  var livenessTime: MonotonicTime
  var awaitsPong = false
  /// Set while this side closes and waits for a poll to answer with `close`.
  var closeDeadline: MonotonicTime?

  /// A session for an accepted request without `sid`. Call `open` next.
  /// - Parameters:
  ///   - id: random and unguessable: requests with this id act for the client.
  ///   - request: the client's request.
  ///   - configuration: the server's limits and times.
  ///   - now: the time of the request.
  public init(id: String, request: EngineIORequest, configuration: EngineIOConfiguration, now: MonotonicTime) {
    self.id = id
    version = request.version
    transport = request.transport
    supportsBinary = !request.wantsBase64
    self.configuration = configuration
    let silence = configuration.pingInterval
    livenessTime = now + (version == .v4 ? silence : silence + configuration.pingTimeout)
  }

  /// When `timeoutFired` is due; nil once the session is closed.
  public var deadline: MonotonicTime? {
    guard !isClosed else { return nil }
    return [livenessTime, probeDeadline, releaseTime, closeDeadline].compactMap(\.self).min()
  }

  /// Sends the handshake, as the answer to the GET request or the first packet of the WebSocket.
  /// - Parameters:
  ///   - frames: packets to send after it.
  ///   - actions: what to do now is appended.
  public mutating func open(with frames: [EngineIOFrame] = [], into actions: inout [EngineIOServerAction]) {
    let handshake = EngineIOHandshake(
      sessionID: id, upgrades: transport == .polling && configuration.offersUpgrade ? [.webSocket] : [],
      pingInterval: configuration.pingInterval, pingTimeout: configuration.pingTimeout,
      maxPayload: version == .v4 ? configuration.maxPayload : nil)
    isPollPending = transport == .polling
    send([handshake.frame] + frames, into: &actions)
  }

  /// Sends packets, in one answer if a poll is pending; otherwise queues them for the next one, within limits.
  public mutating func send(_ frames: [EngineIOFrame], into actions: inout [EngineIOServerAction]) {
    guard !isClosed, closeDeadline == nil else { return }
    for frame in frames { put(frame, into: &actions) }
    answerPoll(into: &actions)
    guard queuedBytes <= configuration.maxQueuedBytes, queue.count <= configuration.maxQueuedPackets else {
      return end(.tooSlow, into: &actions)
    }
  }

  public mutating func send(_ frame: EngineIOFrame, into actions: inout [EngineIOServerAction]) {
    send([frame], into: &actions)
  }

  /// Ends the session. A polling client still gets what is queued, until `closeTimeout`; `closed` comes after that.
  public mutating func close(now: MonotonicTime, into actions: inout [EngineIOServerAction]) {
    guard !isClosed, closeDeadline == nil else { return }
    guard transport == .polling, !isPollPending else { return end(.closedHere, into: &actions) }
    put(.close, into: &actions)
    closeDeadline = now + configuration.closeTimeout
  }
}

// MARK: Events

extension EngineIOServerSession {
  /// The client's GET request. It is pending until `answerPoll`.
  /// - Returns: why it is refused; nil if it is accepted.
  public mutating func receivedPoll(
    now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) -> EngineIORefusal? {
    guard !isClosed, transport == .polling else { return .badRequest }
    guard !isPollPending else {
      end(.unexpected, into: &actions)
      return .badRequest
    }
    isPollPending = true
    answerPoll(into: &actions)
    if closeDeadline != nil, queue.isEmpty {
      end(.closedHere, into: &actions)
    } else if isPollPending, probe == .answered {
      releaseTime = now + .milliseconds(100)
    }
    return nil
  }

  /// The connection of the pending GET request was lost.
  public mutating func pollAbandoned(into actions: inout [EngineIOServerAction]) {
    guard !isClosed, isPollPending else { return }
    isPollPending = false
    end(.lost, into: &actions)
  }

  /// The client's POST request, to be answered with `ok`.
  /// - Returns: why it is refused; nil if it is accepted.
  public mutating func receivedPost(
    _ payload: EngineIOPayload, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) -> EngineIORefusal? {
    guard !isClosed, transport == .polling else { return .badRequest }
    do throws(EngineIOError) {
      guard payload.bytes.count <= configuration.maxPayload else { throw .tooLarge }
      var reader = try EngineIOPayloadReader(payload, version)
      var count = 0
      while !isClosed, let packet = try reader.next() {
        count += 1
        guard count <= configuration.maxPackets else { throw .tooLarge }
        received(packet, now: now, into: &actions)
      }
    } catch {
      end(.invalid(error), into: &actions)
      return .badRequest
    }
    return nil
  }

  /// The client opened a WebSocket with this session's id, to upgrade from polling.
  /// - Returns: why it is refused; nil if it is accepted.
  public mutating func webSocketOpened(now: MonotonicTime) -> EngineIORefusal? {
    guard !isClosed, closeDeadline == nil, transport == .polling, probe == .none, configuration.offersUpgrade else {
      return .badRequest
    }
    probe = .opened
    probeDeadline = now + configuration.upgradeTimeout
    return nil
  }

  /// One text message of the WebSocket.
  public mutating func receivedText(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) {
    receivedFrame(bytes, now: now, into: &actions) { bytes, version throws(EngineIOError) in
      try EngineIOPacket(text: bytes, version)
    }
  }

  /// One binary message of the WebSocket.
  public mutating func receivedBinary(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) {
    receivedFrame(bytes, now: now, into: &actions) { bytes, version throws(EngineIOError) in
      try EngineIOPacket(binary: bytes, version)
    }
  }

  /// The WebSocket is closed, by the client or because its connection was lost.
  /// - Parameters:
  ///   - isClean: whether there was a closing handshake.
  ///   - actions: what to do now is appended.
  public mutating func webSocketClosed(isClean: Bool, into actions: inout [EngineIOServerAction]) {
    guard !isClosed else { return }
    if transport == .webSocket {
      end(isClean ? .closedByPeer : .lost, closesWebSocket: false, into: &actions)
    } else {
      endProbe()
    }
  }

  /// The time is `deadline` or later.
  public mutating func timeoutFired(now: MonotonicTime, into actions: inout [EngineIOServerAction]) {
    guard !isClosed else { return }
    if let closeDeadline, closeDeadline <= now { return end(.closedHere, into: &actions) }
    if let probeDeadline, probeDeadline <= now { abandonProbe(into: &actions) }
    if let releaseTime, releaseTime <= now {
      self.releaseTime = nil
      releasePoll(into: &actions)
    }
    guard livenessTime <= now else { return }
    guard version == .v4, !awaitsPong else { return end(.pingTimeout, into: &actions) }
    awaitsPong = true
    livenessTime = now + configuration.pingTimeout
    send(.ping, into: &actions)
  }
}
