extension EngineIOClientSession {
  static let probeText = Array("probe".utf8)

  mutating func receivedFrame(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOClientAction],
    packet: (ArraySlice<UInt8>, EngineIOVersion) throws(EngineIOError) -> EngineIOPacket
  ) {
    guard !isClosed else { return }
    do throws(EngineIOError) {
      guard bytes.count <= maxPayload else { throw .tooLarge }
      let packet = try packet(bytes, version)
      if transport == .webSocket {
        received(packet, now: now, into: &actions)
      } else if probe == .asked, packet.kind == .pong, packet.data.elementsEqual(Self.probeText) {
        probe = .answered
        proceed(into: &actions)
      } else {
        abandonProbe(into: &actions)
      }
    } catch {
      if transport == .webSocket { end(.invalid(error), into: &actions) } else { abandonProbe(into: &actions) }
    }
  }

  /// Handles a packet from the current transport.
  mutating func received(
    _ packet: EngineIOPacket, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    guard state != .opening else { return receivedOpen(packet, now: now, into: &actions) }
    if let handshake { silenceDeadline = now + (handshake.pingInterval + handshake.pingTimeout) }
    switch packet.kind {
    case .message:
      if state == .open, let message = packet.message { actions.append(.message(message)) }
    case .ping where version == .v4: send([EngineIOFrame(EngineIOPacket(.pong, packet.data))], into: &actions)
    case .pong where version == .v3: break
    case .close: end(state == .closing ? .closedHere : .closedByPeer, into: &actions)
    case .noop: break
    case .open, .ping, .pong, .upgrade: end(.unexpected, into: &actions)
    }
  }

  private mutating func receivedOpen(
    _ packet: EngineIOPacket, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    guard packet.kind == .open else { return end(.invalid(.invalidHandshake), into: &actions) }
    do throws(EngineIOError) {
      let handshake = try EngineIOHandshake(packet.data)
      self.handshake = handshake
      state = .open
      stateDeadline = nil
      silenceDeadline = now + (handshake.pingInterval + handshake.pingTimeout)
      if version == .v3 { pingTime = now + handshake.pingInterval }
      actions.append(.opened(handshake))
      guard transport == .polling, mayUpgrade, handshake.upgrades.contains(.webSocket) else { return }
      probe = .opening
      probeDeadline = now + Self.upgradeTimeout
      actions.append(.openWebSocket(query: query(.webSocket)))
    } catch {
      end(.invalid(error), into: &actions)
    }
  }

  /// Sends a packet, or queues it for the next POST.
  mutating func put(_ frame: EngineIOFrame, into actions: inout [EngineIOClientAction]) {
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

  mutating func poll(into actions: inout [EngineIOClientAction]) {
    isPolling = true
    actions.append(.get(query: query(.polling)))
  }

  /// Posts queued packets, unless a POST is under way or the upgrade is about to complete.
  mutating func post(into actions: inout [EngineIOClientAction]) {
    guard transport == .polling, !isPosting, !queue.isEmpty, probe != .answered else { return }
    let limit = handshake?.maxPayload ?? 1_000_000
    var count = 0
    var bytes = 0
    for frame in queue.prefix(Self.packetsPerPost) {
      // Base64 makes four bytes of three; 16 more cover rounding and what precedes the data.
      let size = frame.isBinary ? frame.count / 3 * 4 + 16 : frame.count + 16
      guard count == 0 || bytes + size <= limit else { break }
      count += 1
      bytes += size
    }
    let frames = Array(queue.prefix(count))
    queue.removeFirst(count)
    queuedBytes -= frames.reduce(0) { $0 + $1.count }
    isPosting = true
    actions.append(.post(query: query(.polling), EngineIOPayload(posting: frames, version)))
  }

  /// Makes the next request, or completes the upgrade once no request is under way.
  mutating func proceed(into actions: inout [EngineIOClientAction]) {
    guard !isClosed, transport == .polling else { return }
    if probe == .answered {
      guard !isPolling, !isPosting else { return }
      transport = .webSocket
      probe = .none
      probeDeadline = nil
      pollTime = nil
      actions.append(.sendText([EngineIOPacket.Kind.upgrade.digit]))
      actions.append(.upgraded)
      let queued = queue
      queue = []
      queuedBytes = 0
      send(queued, into: &actions)
    } else {
      post(into: &actions)
      if state == .closing, !isPosting { return end(.closedHere, into: &actions) }
      if !isPolling, pollTime == nil { poll(into: &actions) }
    }
  }

  /// Abandons the upgrade: closes its WebSocket and continues polling.
  mutating func abandonProbe(into actions: inout [EngineIOClientAction]) {
    guard probe != .none else { return }
    actions.append(.closeWebSocket)
    endProbe(into: &actions)
  }

  mutating func endProbe(into actions: inout [EngineIOClientAction]) {
    guard probe != .none else { return }
    probe = .none
    probeDeadline = nil
    proceed(into: &actions)
  }

  mutating func end(
    _ reason: EngineIOClientCloseReason, closesWebSocket: Bool = true, into actions: inout [EngineIOClientAction]
  ) {
    guard !isClosed else { return }
    if closesWebSocket, transport == .webSocket || probe != .none { actions.append(.closeWebSocket) }
    state = .closed
    probe = .none
    queue = []
    queuedBytes = 0
    actions.append(.closed(reason))
  }
}
