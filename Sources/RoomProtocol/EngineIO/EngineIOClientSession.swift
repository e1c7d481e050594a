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
