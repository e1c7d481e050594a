extension EngineIOFrame {
  static let close = EngineIOFrame(EngineIOPacket(.close))
  static let ping = EngineIOFrame(EngineIOPacket(.ping))
  static let noop = EngineIOFrame(EngineIOPacket(.noop))
}

extension EngineIOServerSession {
  private static let probeText = Array("probe".utf8)

  mutating func receivedFrame(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOServerAction],
    packet: (ArraySlice<UInt8>, EngineIOVersion) throws(EngineIOError) -> EngineIOPacket
  ) {
    guard !isClosed else { return }
    do throws(EngineIOError) {
      guard bytes.count <= configuration.maxPayload else { throw .tooLarge }
      let packet = try packet(bytes, version)
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
  mutating func received(
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
    case (.ping, .opened) where packet.data.elementsEqual(Self.probeText):
      probe = .answered
      actions.append(.sendText([EngineIOPacket.Kind.pong.digit] + packet.data))
      releasePoll(into: &actions)
    case (.upgrade, .answered):
      releasePoll(into: &actions)
      transport = .webSocket
      endProbe()
      actions.append(.upgraded)
      let queued = queue
      queue = []
      queuedBytes = 0
      for frame in queued { put(frame, into: &actions) }
      if closeDeadline != nil { end(.closedHere, into: &actions) }
    default: abandonProbe(into: &actions)
    }
  }

  /// Sends a packet, or queues it for the next poll.
  mutating func put(_ frame: EngineIOFrame, into actions: inout [EngineIOServerAction]) {
    guard transport == .webSocket else {
      queue.append(frame)
      queuedBytes += frame.count
      return
    }
    switch frame {
    case .text(let bytes): actions.append(.sendText(bytes))
    case .binary(let bytes):
      actions.append(.sendBinary(version == .v3 ? [EngineIOPacket.Kind.message.rawValue] + bytes : bytes))
    }
  }

  /// Answers the pending poll with queued packets.
  mutating func answerPoll(into actions: inout [EngineIOServerAction]) {
    guard isPollPending, !queue.isEmpty else { return }
    isPollPending = false
    releaseTime = nil
    let frames = queue.prefix(configuration.packetsPerAnswer)
    actions.append(.answerPoll(EngineIOPayload(frames, version, supportsBinary: supportsBinary)))
    queuedBytes -= frames.reduce(0) { $0 + $1.count }
    queue.removeFirst(min(configuration.packetsPerAnswer, queue.count))
  }

  /// Answers the pending poll, with `noop` if nothing is queued.
  mutating func releasePoll(into actions: inout [EngineIOServerAction]) {
    guard isPollPending else { return }
    if queue.isEmpty { put(.noop, into: &actions) }
    answerPoll(into: &actions)
  }

  /// Abandons the upgrade: closes its WebSocket and continues polling.
  mutating func abandonProbe(into actions: inout [EngineIOServerAction]) {
    guard probe != .none else { return }
    endProbe()
    actions.append(.closeWebSocket)
  }

  mutating func endProbe() {
    probe = .none
    probeDeadline = nil
    releaseTime = nil
  }

  mutating func end(
    _ reason: EngineIOCloseReason, closesWebSocket: Bool = true, into actions: inout [EngineIOServerAction]
  ) {
    guard !isClosed else { return }
    abandonProbe(into: &actions)
    if transport == .webSocket, closesWebSocket { actions.append(.closeWebSocket) }
    queue = []
    queuedBytes = 0
    if isPollPending {
      // A client that closed the session needs no `close`: like the reference server, answer its poll with `noop`.
      put(reason == .closedByPeer ? .noop : .close, into: &actions)
      answerPoll(into: &actions)
    }
    isClosed = true
    actions.append(.closed(reason))
  }
}
