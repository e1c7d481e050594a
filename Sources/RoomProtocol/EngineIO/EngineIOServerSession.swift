/// One client's session at the server: polling, a WebSocket, or on the way from the one to the other.
///
/// It does no I/O. Whoever drives it tells it what happened and the time, and does the actions it appends, in their order.
/// At most one GET request waits and at most one WebSocket is open in a session at a time: what would be a second is
/// refused. `timeoutFired` is due at `deadline`, which may be another after every call.
public struct EngineIOServerSession: Sendable {
  enum Probe: Sendable { case none, opened, answered }

  public let id: String
  public let version: EngineIOVersion
  /// What messages travel over now.
  public internal(set) var transport: EngineIOTransport
  public internal(set) var isClosed = false

  let configuration: EngineIOConfiguration
  let supportsBinary: Bool
  /// Packets for a client that polls.
  var queue: [EngineIOFrame] = []
  public internal(set) var queuedBytes = 0
  var pollWaits = false
  /// The WebSocket beside the polling that is to take over from it.
  var probe = Probe.none
  var probeDeadline: MonotonicTime?
  /// When a poll that waits during an upgrade is let go, so that the client can go on with it.
  var releaseTime: MonotonicTime?
  /// When to ping, or in version 3 and while `awaitsPong` when the client has been silent for too long.
  var livenessTime: MonotonicTime
  var awaitsPong = false
  /// Set once this side closes and the client, which polls, has yet to be told.
  var closeDeadline: MonotonicTime?

  /// A session for a request without `sid`, which has been accepted. Next comes `open`.
  /// - Parameters:
  ///   - id: random and not to be guessed: who knows it, can act for the client.
  ///   - request: what the client asked for.
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

  /// Greets the client: answers its GET request, or speaks first on its WebSocket.
  /// - Parameters:
  ///   - frames: sent along.
  ///   - actions: what to do now is appended.
  public mutating func open(with frames: [EngineIOFrame] = [], into actions: inout [EngineIOServerAction]) {
    let handshake = EngineIOHandshake(
      sessionID: id, upgrades: transport == .polling && configuration.offersUpgrade ? [.webSocket] : [],
      pingInterval: configuration.pingInterval, pingTimeout: configuration.pingTimeout,
      maxPayload: version == .v4 ? configuration.maxPayload : nil)
    pollWaits = transport == .polling
    send([handshake.frame] + frames, into: &actions)
  }

  /// Sends packets, in one answer where a poll waits. Those of a client that does not poll wait for it, within bounds.
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

  /// Ends the session. What waits for a client that polls it still gets, until the close time-out; `closed` comes then.
  public mutating func close(now: MonotonicTime, into actions: inout [EngineIOServerAction]) {
    guard !isClosed, closeDeadline == nil else { return }
    guard transport == .polling, !pollWaits else { return end(.closedHere, into: &actions) }
    put(.close, into: &actions)
    closeDeadline = now + configuration.closeTimeout
  }
}

// MARK: What happens outside

extension EngineIOServerSession {
  /// The client's GET request, which waits from now on; `answerPoll` answers it.
  /// - Returns: why it is refused instead.
  public mutating func receivedPoll(
    now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) -> EngineIORefusal? {
    guard !isClosed, transport == .polling else { return .badRequest }
    guard !pollWaits else {
      end(.unexpected, into: &actions)
      return .badRequest
    }
    pollWaits = true
    answerPoll(into: &actions)
    if closeDeadline != nil, queue.isEmpty {
      end(.closedHere, into: &actions)
    } else if pollWaits, probe == .answered {
      releaseTime = now + .milliseconds(100)
    }
    return nil
  }

  /// The connection of the GET request that waits is gone.
  public mutating func pollAbandoned(into actions: inout [EngineIOServerAction]) {
    guard !isClosed, pollWaits else { return }
    pollWaits = false
    end(.lost, into: &actions)
  }

  /// The client's POST request, to be answered with `ok`.
  /// - Returns: why it is refused instead.
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

  /// A WebSocket with this session's id was opened, beside the polling.
  /// - Returns: why it is refused instead.
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

  /// The WebSocket is closed, by the client or because its connection is gone.
  /// - Parameters:
  ///   - isClean: whether there was a closing handshake.
  ///   - actions: what to do now is appended.
  public mutating func webSocketClosed(isClean: Bool, into actions: inout [EngineIOServerAction]) {
    guard !isClosed else { return }
    if transport == .webSocket {
      end(isClean ? .closedByPeer : .lost, closesWebSocket: false, into: &actions)
    } else {
      forgetProbe()
    }
  }

  /// The time is `deadline` or later.
  public mutating func timeoutFired(now: MonotonicTime, into actions: inout [EngineIOServerAction]) {
    guard !isClosed else { return }
    if let closeDeadline, closeDeadline <= now { return end(.closedHere, into: &actions) }
    if let probeDeadline, probeDeadline <= now { leaveProbe(into: &actions) }
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
