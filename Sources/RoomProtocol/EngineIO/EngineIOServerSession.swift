/// One client's session at the server, over polling or a WebSocket, with an upgrade from the first to the second.
///
/// It does no I/O: the driver reports events with the time, and performs the appended actions in order. A session has at
/// most one pending GET request and one WebSocket; a second is refused. `timeoutFired` is due at `deadline`, which any
/// call may change.
package struct EngineIOServerSession: Sendable {
  private enum Probe: Sendable { case none, opened, answered }

  package let id: String
  package let version: EngineIOVersion
  /// The transport that carries messages now.
  package private(set) var transport: EngineIOTransport
  package private(set) var isClosed = false

  private let configuration: EngineIOConfiguration
  private let supportsBinary: Bool
  /// Packets for the next poll.
  private var queue = EngineIOQueue()
  private var isPollPending = false
  /// The state of the WebSocket that is to replace polling.
  private var probe = Probe.none
  private var probeDeadline: MonotonicTime?
  /// When to answer a pending poll during an upgrade, which the client completes only after that.
  private var releaseTime: MonotonicTime?
  /// When to ping; in version 3, or while `awaitsPong`, when to end the session because the client is silent.
  private var livenessTime: MonotonicTime
  private var awaitsPong = false
  /// Set while this side closes and waits for a poll to answer with `close`.
  private var closeDeadline: MonotonicTime?

  /// A session for an accepted request without `sid`. Call `open` next.
  /// - Parameters:
  ///   - id: random and unguessable: requests with this id act for the client.
  ///   - request: the client's request.
  ///   - configuration: the server's limits and times.
  ///   - now: the time of the request.
  package init(id: String, request: EngineIORequest, configuration: EngineIOConfiguration, now: MonotonicTime) {
    self.id = id
    version = request.version
    transport = request.transport
    supportsBinary = !request.wantsBase64
    self.configuration = configuration
    let silence = configuration.pingInterval
    livenessTime = now + (version == .v4 ? silence : silence + configuration.pingTimeout)
  }

  /// Bytes queued for the next poll.
  package var queuedBytes: Int { queue.bytes }

  /// When `timeoutFired` is due; nil once the session is closed.
  package var deadline: MonotonicTime? {
    guard !isClosed else { return nil }
    return [livenessTime, probeDeadline, releaseTime, closeDeadline].compactMap(\.self).min()
  }

  /// Sends the handshake, as the answer to the GET request or the first packet of the WebSocket.
  /// - Parameters:
  ///   - frames: packets to send after it.
  ///   - actions: what to do now is appended.
  package mutating func open(with frames: [EngineIOFrame] = [], into actions: inout [EngineIOServerAction]) {
    let handshake = EngineIOHandshake(
      sessionID: id, upgrades: transport == .polling && configuration.offersUpgrade ? [.webSocket] : [],
      pingInterval: configuration.pingInterval, pingTimeout: configuration.pingTimeout,
      maxPayload: version == .v4 ? configuration.maxPayload : nil)
    isPollPending = transport == .polling
    send([handshake.frame] + frames, into: &actions)
  }

  /// Sends packets, in one answer if a poll is pending; otherwise queues them for the next one, within limits.
  package mutating func send(_ frames: [EngineIOFrame], into actions: inout [EngineIOServerAction]) {
    guard !isClosed, closeDeadline == nil else { return }
    for frame in frames { put(frame, into: &actions) }
    answerPoll(into: &actions)
    guard queuedBytes <= configuration.maxQueuedBytes, queue.frames.count <= configuration.maxQueuedPackets else {
      return end(.tooSlow, into: &actions)
    }
  }

  package mutating func send(_ frame: EngineIOFrame, into actions: inout [EngineIOServerAction]) {
    send([frame], into: &actions)
  }

  /// Ends the session. A polling client still gets what is queued, until `closeTimeout`; `closed` comes after that.
  package mutating func close(now: MonotonicTime, into actions: inout [EngineIOServerAction]) {
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
  package mutating func receivedPoll(
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
  package mutating func pollAbandoned(into actions: inout [EngineIOServerAction]) {
    guard !isClosed, isPollPending else { return }
    isPollPending = false
    end(.lost, into: &actions)
  }

  /// The client's POST request, to be answered with `ok`.
  /// - Returns: why it is refused; nil if it is accepted.
  package mutating func receivedPost(
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
  package mutating func webSocketOpened(now: MonotonicTime) -> EngineIORefusal? {
    guard !isClosed, closeDeadline == nil, transport == .polling, probe == .none, configuration.offersUpgrade else {
      return .badRequest
    }
    probe = .opened
    probeDeadline = now + configuration.upgradeTimeout
    return nil
  }

  /// One text message of the WebSocket.
  package mutating func receivedText(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) {
    receivedMessage(bytes, isText: true, now: now, into: &actions)
  }

  /// One binary message of the WebSocket.
  package mutating func receivedBinary(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) {
    receivedMessage(bytes, isText: false, now: now, into: &actions)
  }

  /// The WebSocket is closed, by the client or because its connection was lost.
  /// - Parameters:
  ///   - isClean: whether there was a closing handshake.
  ///   - actions: what to do now is appended.
  package mutating func webSocketClosed(isClean: Bool, into actions: inout [EngineIOServerAction]) {
    guard !isClosed else { return }
    if transport == .webSocket {
      end(isClean ? .closedByPeer : .lost, closesWebSocket: false, into: &actions)
    } else {
      endProbe()
    }
  }

  /// The time is `deadline` or later.
  package mutating func timeoutFired(now: MonotonicTime, into actions: inout [EngineIOServerAction]) {
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

// MARK: Packets

extension EngineIOServerSession {
  private mutating func receivedMessage(
    _ bytes: ArraySlice<UInt8>, isText: Bool, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) {
    guard !isClosed else { return }
    do throws(EngineIOError) {
      let packet = try EngineIOPacket(webSocket: bytes, isText: isText, limit: configuration.maxPayload, version)
      if transport == .webSocket {
        received(packet, now: now, into: &actions)
      } else {
        receivedByProbe(packet, into: &actions)
      }
    } catch {
      if transport == .webSocket { end(.invalid(error), into: &actions) } else { abandonProbe(into: &actions) }
    }
  }

  /// Handles a packet from the current transport.
  private mutating func received(
    _ packet: EngineIOPacket, now: MonotonicTime, into actions: inout [EngineIOServerAction]
  ) {
    if version == .v3 { livenessTime = now + (configuration.pingInterval + configuration.pingTimeout) }
    switch packet.kind {
    case .message:
      // Messages that arrive while this side closes are dropped.
      if closeDeadline == nil, let message = packet.message { actions.append(.message(message)) }
    case .ping where version == .v3:
      send(EngineIOFrame(EngineIOPacket(.pong, packet.data)), into: &actions)
    case .pong where version == .v4:
      guard awaitsPong else { return }
      awaitsPong = false
      livenessTime = now + configuration.pingInterval
    case .close: end(.closedByPeer, into: &actions)
    case .noop: break
    case .open, .ping, .pong, .upgrade: end(.unexpected, into: &actions)
    }
  }

  /// Handles a packet from the WebSocket that is to replace polling.
  private mutating func receivedByProbe(_ packet: EngineIOPacket, into actions: inout [EngineIOServerAction]) {
    switch (packet.kind, probe) {
    case (.ping, .opened) where packet.data.elementsEqual(EngineIOPacket.probe):
      probe = .answered
      actions.append(.sendText([EngineIOPacket.Kind.pong.digit] + packet.data))
      releasePoll(into: &actions)
    case (.upgrade, .answered):
      releasePoll(into: &actions)
      transport = .webSocket
      endProbe()
      actions.append(.upgraded)
      for frame in queue.takeAll() { put(frame, into: &actions) }
      if closeDeadline != nil { end(.closedHere, into: &actions) }
    default: abandonProbe(into: &actions)
    }
  }

  /// Sends a packet, or queues it for the next poll.
  private mutating func put(_ frame: EngineIOFrame, into actions: inout [EngineIOServerAction]) {
    if transport == .webSocket { actions.append(frame.sent(version)) } else { queue.append(frame) }
  }

  /// Answers the pending poll with queued packets.
  private mutating func answerPoll(into actions: inout [EngineIOServerAction]) {
    guard isPollPending, !queue.isEmpty else { return }
    isPollPending = false
    releaseTime = nil
    let frames = queue.takeFirst(configuration.packetsPerAnswer)
    actions.append(.answerPoll(EngineIOPayload(frames, version, supportsBinary: supportsBinary)))
  }

  /// Answers the pending poll, with `noop` if nothing is queued.
  private mutating func releasePoll(into actions: inout [EngineIOServerAction]) {
    guard isPollPending else { return }
    if queue.isEmpty { put(.noop, into: &actions) }
    answerPoll(into: &actions)
  }

  /// Abandons the upgrade: closes its WebSocket and continues polling.
  private mutating func abandonProbe(into actions: inout [EngineIOServerAction]) {
    guard probe != .none else { return }
    endProbe()
    actions.append(.closeWebSocket)
  }

  private mutating func endProbe() {
    probe = .none
    probeDeadline = nil
    releaseTime = nil
  }

  private mutating func end(
    _ reason: EngineIOCloseReason, closesWebSocket: Bool = true, into actions: inout [EngineIOServerAction]
  ) {
    guard !isClosed else { return }
    abandonProbe(into: &actions)
    if transport == .webSocket, closesWebSocket { actions.append(.closeWebSocket) }
    queue = EngineIOQueue()
    if isPollPending {
      // A client that closed the session needs no `close`: like the reference server, answer its poll with `noop`.
      put(reason == .closedByPeer ? .noop : .close, into: &actions)
      answerPoll(into: &actions)
    }
    isClosed = true
    actions.append(.closed(reason))
  }
}
