/// A client's session, over polling or a WebSocket, with an upgrade from the first to the second.
///
/// It does no I/O: the driver reports events with the time, and performs the appended actions in order. At most one GET
/// and one POST are under way and at most one WebSocket is open at a time. `timeoutFired` is due at `deadline`, which any
/// call may change.
package struct EngineIOClientSession: Sendable {
  private enum State: Sendable, Equatable { case new, opening, open, closing, closed }
  private enum Probe: Sendable { case none, opening, asked, answered }

  /// The most packets in the body of a POST: python-socketio accepts no more.
  private static let packetsPerPost = 16
  private static let upgradeTimeout = Duration.seconds(10)
  private static let closeTimeout = Duration.seconds(3)
  /// The delay of the next poll after a server, during an upgrade, answered one with only `noop`.
  private static let idlePollDelay = Duration.milliseconds(50)

  package let version: EngineIOVersion
  /// The transport that carries messages now.
  package private(set) var transport: EngineIOTransport

  private let mayUpgrade: Bool
  private let maxPayload: Int
  private var state = State.new
  private var handshake: EngineIOHandshake?
  private var queue = EngineIOQueue()
  private var isPolling = false
  private var isPosting = false
  /// The state of the WebSocket that is to replace polling.
  private var probe = Probe.none
  private var probeDeadline: MonotonicTime?
  /// When a delayed poll begins.
  private var pollTime: MonotonicTime?
  /// The time limit for opening, or closing, the session.
  private var stateDeadline: MonotonicTime?
  /// When the session ends unless the server sends something.
  private var silenceDeadline: MonotonicTime?
  /// When to ping; in version 4 the server pings.
  private var pingTime: MonotonicTime?
  private var requests = 0

  /// - Parameters:
  ///   - version: the server's version.
  ///   - transport: the first transport.
  ///   - mayUpgrade: whether to upgrade from polling to a WebSocket when the server offers it.
  ///   - maxPayload: the most bytes accepted in one message or polling body.
  package init(
    _ version: EngineIOVersion, transport: EngineIOTransport, mayUpgrade: Bool = true, maxPayload: Int = 10_000_000
  ) {
    self.version = version
    self.transport = transport
    self.mayUpgrade = mayUpgrade
    self.maxPayload = maxPayload
  }

  package var isClosed: Bool { state == .closed }

  /// Bytes queued for a POST. The caller should keep them few.
  package var queuedBytes: Int { queue.bytes }

  /// When `timeoutFired` is due.
  package var deadline: MonotonicTime? {
    guard !isClosed else { return nil }
    return [stateDeadline, silenceDeadline, pingTime, probeDeadline, pollTime].compactMap(\.self).min()
  }

  /// Asks the server for a session.
  package mutating func open(
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
  package mutating func send(_ frames: [EngineIOFrame], into actions: inout [EngineIOClientAction]) {
    guard state == .open else { return }
    for frame in frames { put(frame, into: &actions) }
    post(into: &actions)
  }

  /// Ends the session after everything sent before.
  package mutating func close(now: MonotonicTime, into actions: inout [EngineIOClientAction]) {
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

  private mutating func query(_ transport: EngineIOTransport) -> String {
    requests += 1
    let request = EngineIORequest(version: version, transport: transport, sessionID: handshake?.sessionID)
    // The number keeps caches from answering.
    return request.query + "&t=\(requests)"
  }
}

// MARK: Events

extension EngineIOClientSession {
  /// The GET request was answered.
  package mutating func pollAnswered(
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
  package mutating func postAnswered(status: Int, into actions: inout [EngineIOClientAction]) {
    guard !isClosed, isPosting else { return }
    isPosting = false
    guard status == 200 else { return end(.refused(status: status), into: &actions) }
    proceed(into: &actions)
  }

  /// A GET or POST request got no answer.
  package mutating func requestFailed(into actions: inout [EngineIOClientAction]) {
    end(.lost, into: &actions)
  }

  /// The WebSocket is open.
  package mutating func webSocketOpened(into actions: inout [EngineIOClientAction]) {
    guard probe == .opening else { return }
    probe = .asked
    actions.append(.sendText([EngineIOPacket.Kind.ping.digit] + EngineIOPacket.probe))
  }

  /// The WebSocket could not be opened.
  /// - Parameters:
  ///   - status: of the server's answer; nil without one.
  ///   - actions: what to do now is appended.
  package mutating func webSocketFailed(status: Int?, into actions: inout [EngineIOClientAction]) {
    guard transport == .webSocket else { return endProbe(into: &actions) }
    end(status.map { .refused(status: $0) } ?? .lost, closesWebSocket: false, into: &actions)
  }

  /// One text message of the WebSocket.
  package mutating func receivedText(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    receivedMessage(bytes, isText: true, now: now, into: &actions)
  }

  /// One binary message of the WebSocket.
  package mutating func receivedBinary(
    _ bytes: ArraySlice<UInt8>, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    receivedMessage(bytes, isText: false, now: now, into: &actions)
  }

  /// The WebSocket is closed, by the server or because its connection was lost.
  /// - Parameters:
  ///   - isClean: whether there was a closing handshake.
  ///   - actions: what to do now is appended.
  package mutating func webSocketClosed(isClean: Bool, into actions: inout [EngineIOClientAction]) {
    guard transport == .webSocket else { return endProbe(into: &actions) }
    end(isClean ? .closedByPeer : .lost, closesWebSocket: false, into: &actions)
  }

  /// The time is `deadline` or later.
  package mutating func timeoutFired(now: MonotonicTime, into actions: inout [EngineIOClientAction]) {
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

// MARK: Packets

extension EngineIOClientSession {
  private mutating func receivedMessage(
    _ bytes: ArraySlice<UInt8>, isText: Bool, now: MonotonicTime, into actions: inout [EngineIOClientAction]
  ) {
    guard !isClosed else { return }
    do throws(EngineIOError) {
      let packet = try EngineIOPacket(webSocket: bytes, isText: isText, limit: maxPayload, version)
      if transport == .webSocket {
        received(packet, now: now, into: &actions)
      } else if probe == .asked, packet.kind == .pong, packet.data.elementsEqual(EngineIOPacket.probe) {
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
  private mutating func received(
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
  private mutating func put(_ frame: EngineIOFrame, into actions: inout [EngineIOClientAction]) {
    if transport == .webSocket { actions.append(frame.sent(version)) } else { queue.append(frame) }
  }

  private mutating func poll(into actions: inout [EngineIOClientAction]) {
    isPolling = true
    actions.append(.get(query: query(.polling)))
  }

  /// Posts queued packets, unless a POST is under way or the upgrade is about to complete.
  private mutating func post(into actions: inout [EngineIOClientAction]) {
    guard transport == .polling, !isPosting, !queue.isEmpty, probe != .answered else { return }
    let limit = handshake?.maxPayload ?? 1_000_000
    var count = 0
    var bytes = 0
    for frame in queue.frames.prefix(Self.packetsPerPost) {
      // Base64 makes four bytes of three; 16 more cover rounding and what precedes the data.
      let size = frame.isBinary ? frame.count / 3 * 4 + 16 : frame.count + 16
      guard count == 0 || bytes + size <= limit else { break }
      count += 1
      bytes += size
    }
    isPosting = true
    actions.append(.post(query: query(.polling), EngineIOPayload(posting: queue.takeFirst(count), version)))
  }

  /// Makes the next request, or completes the upgrade once no request is under way.
  private mutating func proceed(into actions: inout [EngineIOClientAction]) {
    guard !isClosed, transport == .polling else { return }
    if probe == .answered {
      guard !isPolling, !isPosting else { return }
      transport = .webSocket
      probe = .none
      probeDeadline = nil
      pollTime = nil
      actions.append(.sendText([EngineIOPacket.Kind.upgrade.digit]))
      actions.append(.upgraded)
      send(queue.takeAll(), into: &actions)
    } else {
      post(into: &actions)
      if state == .closing, !isPosting { return end(.closedHere, into: &actions) }
      if !isPolling, pollTime == nil { poll(into: &actions) }
    }
  }

  /// Abandons the upgrade: closes its WebSocket and continues polling.
  private mutating func abandonProbe(into actions: inout [EngineIOClientAction]) {
    guard probe != .none else { return }
    actions.append(.closeWebSocket)
    endProbe(into: &actions)
  }

  private mutating func endProbe(into actions: inout [EngineIOClientAction]) {
    guard probe != .none else { return }
    probe = .none
    probeDeadline = nil
    proceed(into: &actions)
  }

  private mutating func end(
    _ reason: EngineIOClientCloseReason, closesWebSocket: Bool = true, into actions: inout [EngineIOClientAction]
  ) {
    guard !isClosed else { return }
    if closesWebSocket, transport == .webSocket || probe != .none { actions.append(.closeWebSocket) }
    state = .closed
    probe = .none
    queue = EngineIOQueue()
    actions.append(.closed(reason))
  }
}
