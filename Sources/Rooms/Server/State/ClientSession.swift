internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket
internal import RoomProtocol

/// One client's session: the state machines of Engine.IO and Socket.IO, and their connections. Lives on the server's event
/// loop.
final class ClientSession {
  let id: String
  let client: ClientAddress
  let openedAt: MonotonicTime
  /// The client's sockets, by namespace.
  private(set) var sockets: [String: SocketIOSocket] = [:]
  /// When `timeoutFired` is due.
  private(set) var wakeTime: MonotonicTime?

  private let server: ServerState
  private var engine: EngineIOServerSession
  private var protocolState: SocketIOServerConnection
  private var poll: HTTPExchange?
  private var webSocket: WebSocketHandler?
  private var account: ClientAccount
  private var hasDelayedPost = false
  private var isThrottled = false
  /// Bytes queued for a polling client.
  private(set) var pendingBytes = 0
  private var acknowledgements: [UInt64: (Result<[JSONValue], SocketIOAcknowledgementError>) -> Void] = [:]
  private var isOver = false

  init(id: String, _ request: EngineIORequest, client: ClientAddress, address: AddressUse, _ server: ServerState) {
    let now = server.now
    self.id = id
    self.client = client
    openedAt = now
    self.server = server
    engine = EngineIOServerSession(id: id, request: request, configuration: server.engineConfiguration, now: now)
    protocolState = SocketIOServerConnection(request.version, limits: server.socketLimits, now: now)
    account = ClientAccount(address, server.configuration.limits, now: now)
  }

  // MARK: Transport events

  /// Sends the handshake over the connection of the first request.
  func open(poll: HTTPExchange? = nil, webSocket: WebSocketHandler? = nil) {
    if let poll { hold(poll) }
    self.webSocket = webSocket
    webSocket?.attach(to: self)
    // A client of Socket.IO protocol 4 joins the main namespace on connecting, and learns so in the same response.
    var actions: [SocketIOServerAction] = []
    protocolState.opened(into: &actions)
    let isConnected = !actions.isEmpty
    actions = []
    if isConnected { accept(Namespace.main, auth: nil, query: nil, into: &actions) }
    var frames: [EngineIOFrame] = []
    for case .send(let more) in actions { frames += more }
    drive { $0.open(with: frames, into: &$1) }
    if isConnected { connected(Namespace.main) }
  }

  func receivedPoll(_ exchange: HTTPExchange) {
    let now = server.now
    var refusal: EngineIORefusal?
    drive { engine, actions in
      refusal = engine.receivedPoll(now: now, into: &actions)
      if refusal == nil { hold(exchange) }
    }
    if let refusal { exchange.answer(.refusal(refusal)) }
  }

  func receivedPost(_ exchange: HTTPExchange) {
    guard !hasDelayedPost else {
      exchange.answer(.text(.tooManyRequests, "Too much at once."))
      return flooded()
    }
    let now = server.now
    let body = exchange.request.body
    let type = exchange.request.headers.first(name: "Content-Type") ?? ""
    let payload = EngineIOPayload(
      bytes: Array(body.readableBytesView), isBinary: type.hasPrefix("application/octet-stream"))
    var refusal: EngineIORefusal?
    drive { refusal = $0.receivedPost(payload, now: now, into: &$1) }
    if let refusal { return exchange.answer(.refusal(refusal)) }
    guard let pause = charge(bytes: payload.bytes.count, messages: 0) else {
      return exchange.answer(HTTPResponse(.ok, type: "text/html", body: ByteBuffer(string: "ok")))
    }
    hasDelayedPost = true
    server.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(pause)) { [self] in
      hasDelayedPost = false
      exchange.answer(HTTPResponse(.ok, type: "text/html", body: ByteBuffer(string: "ok")))
    }
  }

  /// Checks a WebSocket that is to replace polling; `attach` follows once it is open.
  func acceptWebSocket() -> EngineIORefusal? {
    let refusal = engine.webSocketOpened(now: server.now)
    setWakeTime()
    return refusal
  }

  func attach(_ webSocket: WebSocketHandler) {
    self.webSocket = webSocket
    webSocket.attach(to: self)
  }

  func receivedWebSocket(_ bytes: [UInt8], isText: Bool, from webSocket: WebSocketHandler) {
    guard webSocket === self.webSocket else { return }
    let now = server.now
    let wasPolling = engine.transport == .polling
    drive(setsWakeTime: wasPolling) { engine, actions in
      if isText {
        engine.receivedText(bytes[...], now: now, into: &actions)
      } else {
        engine.receivedBinary(bytes[...], now: now, into: &actions)
      }
    }
  }

  func webSocketClosed(_ webSocket: WebSocketHandler, isClean: Bool) {
    guard webSocket === self.webSocket else { return }
    self.webSocket = nil
    drive { $0.webSocketClosed(isClean: isClean, into: &$1) }
  }

  func timeoutFired(now: MonotonicTime) {
    var actions: [SocketIOServerAction] = []
    protocolState.timeoutFired(now: now, into: &actions)
    perform(actions)
    drive { $0.timeoutFired(now: now, into: &$1) }
  }

  // MARK: Sending

  /// Sends a message that was encoded once for all receivers.
  func send(_ message: OutgoingMessage) {
    if engine.transport == .webSocket, let webSocket, !engine.isClosed {
      server.metrics.messagesSent += 1
      webSocket.write(message.buffer(engine.version))
    } else {
      server.metrics.messagesSent += 1
      drive(setsWakeTime: false) { $0.send(message.frames, into: &$1) }
    }
  }

  func emit(
    _ event: String, _ arguments: [JSONValue], in namespace: String, within limit: Duration,
    _ answer: @escaping (Result<[JSONValue], SocketIOAcknowledgementError>) -> Void
  ) {
    var actions: [SocketIOServerAction] = []
    let id = protocolState.emit(
      event, arguments, namespace: namespace, acknowledgedWithin: limit, now: server.now, into: &actions)
    guard let id else { return answer(.failure(.disconnected)) }
    acknowledgements[id] = answer
    perform(actions)
    setWakeTime()
  }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue], in namespace: String) {
    var actions: [SocketIOServerAction] = []
    protocolState.acknowledge(id, arguments, namespace: namespace, into: &actions)
    perform(actions)
  }

  /// Disconnects the client from a namespace; from the main one, closes its session.
  func disconnect(from namespace: String) {
    var actions: [SocketIOServerAction] = []
    protocolState.disconnect(namespace, into: &actions)
    perform(actions)
    if namespace == Namespace.main { close() } else { leave(namespace, .disconnected) }
  }

  func close() {
    let now = server.now
    drive { $0.close(now: now, into: &$1) }
  }

  // MARK: Limits

  /// The largest message accepted from the client, in bytes.
  var messageBytes: Int {
    let limits = server.configuration.limits
    return sockets.values.contains(where: \.isInRoom) ? limits.messageBytes : limits.firstMessageBytes
  }

  /// Counts a message of the client.
  /// - Returns: how long to read nothing more from it; nil within its limits.
  @discardableResult
  func charge(bytes: Int, messages: Int = 1) -> Duration? {
    apply(account.received(messages, bytes: bytes, now: server.now))
  }

  /// Counts the receivers of the client's message.
  func charge(deliveries: Int) {
    _ = apply(account.delivered(to: deliveries, now: server.now))
  }

  private func apply(_ verdict: ClientRates.Verdict) -> Duration? {
    switch verdict {
    case .within: return nil
    case .flood:
      flooded()
      return nil
    case .wait(let pause):
      server.metrics.throttled += 1
      if !isThrottled { server.notice(.throttled, client) }
      isThrottled = true
      webSocket?.pauseReading(until: server.now + pause)
      return pause
    }
  }

  private func flooded() {
    guard !isOver else { return }
    server.refused(.flood, client)
    close()
  }

  // MARK: State machines

  /// Keeps a poll until there is something to send.
  private func hold(_ exchange: HTTPExchange) {
    poll = exchange
    exchange.onAbandoned = { [weak self] in
      self?.poll = nil
      self?.drive { $0.pollAbandoned(into: &$1) }
    }
  }

  private func drive(
    setsWakeTime: Bool = true, _ step: (inout EngineIOServerSession, inout [EngineIOServerAction]) -> Void
  ) {
    var actions: [EngineIOServerAction] = []
    step(&engine, &actions)
    if engine.queuedBytes != pendingBytes {
      let change = engine.queuedBytes - pendingBytes
      pendingBytes = engine.queuedBytes
      server.pendingBytesChanged(by: change)
    }
    for action in actions { perform(action) }
    if setsWakeTime { setWakeTime() }
  }

  /// Ends the session of a client that does not read what is sent to it.
  func dropSlowReader() {
    server.metrics.slowReaders += 1
    server.refused(.slowReader, client)
    webSocket?.abort()
    close()
  }

  private func setWakeTime() {
    guard !isOver else {
      wakeTime = nil
      return
    }
    wakeTime = [engine.deadline, protocolState.deadline].compactMap(\.self).min()
    if let wakeTime { server.wake(at: wakeTime) }
  }

  private func perform(_ action: EngineIOServerAction) {
    switch action {
    case .sendText(let bytes): webSocket?.write(OutgoingFrame.buffer(.text, bytes))
    case .sendBinary(let bytes): webSocket?.write(OutgoingFrame.buffer(.binary, bytes))
    case .closeWebSocket:
      webSocket?.close(server.isStopping ? .goingAway : .normalClosure)
      webSocket = nil
    case .answerPoll(let payload):
      poll?.answer(HTTPResponse(.ok, type: payload.contentType, body: ByteBuffer(bytes: payload.bytes)))
      poll = nil
    case .message(let message):
      guard !isOver else { return }
      server.metrics.messagesReceived += 1
      if engine.transport == .polling { charge(bytes: 0) }
      var actions: [SocketIOServerAction] = []
      protocolState.received(message, now: server.now, into: &actions)
      perform(actions)
    case .upgraded: server.metrics.upgradesTotal += 1
    case .closed(let reason): end(reason)
    }
  }

  private func perform(_ actions: [SocketIOServerAction]) {
    for action in actions {
      switch action {
      case .send(let frames):
        server.metrics.messagesSent += 1
        drive(setsWakeTime: false) { $0.send(frames, into: &$1) }
      case .connecting(let namespace, let auth, let query):
        var actions: [SocketIOServerAction] = []
        if server.namespaces[namespace] != nil {
          accept(namespace, auth: auth, query: query, into: &actions)
          perform(actions)
          connected(namespace)
        } else {
          protocolState.refuse(namespace, "Invalid namespace", into: &actions)
          perform(actions)
        }
      case .event(let event):
        server.metrics.eventsReceived += 1
        if let socket = sockets[event.namespace] { server.received(event, from: socket) }
      case .acknowledged(_, let id, let arguments): acknowledgements.removeValue(forKey: id)?(.success(arguments))
      case .acknowledgementMissing(_, let id): acknowledgements.removeValue(forKey: id)?(.failure(.timedOut))
      case .disconnected(let namespace): leave(namespace, .left)
      case .close(let error):
        server.refused(.invalidPacket, client, "\(error)")
        close()
      }
    }
  }

  private func accept(
    _ namespace: String, auth: JSONValue?, query: String?, into actions: inout [SocketIOServerAction]
  ) {
    guard let place = server.namespaces[namespace] else { return }
    let socket = SocketIOSocket(id: server.randomID(), session: self, place, auth: auth, query: query, server)
    sockets[namespace] = socket
    protocolState.accept(namespace, id: socket.id, into: &actions)
  }

  private func connected(_ namespace: String) {
    if let socket = sockets[namespace] { server.connected(socket) }
  }

  private func leave(_ namespace: String, _ reason: SocketIODisconnectReason) {
    guard let socket = sockets.removeValue(forKey: namespace) else { return }
    server.disconnected(socket, reason)
  }

  private func end(_ reason: EngineIOCloseReason) {
    guard !isOver else { return }
    isOver = true
    server.ended(self)
    switch reason {
    case .invalid(let error): server.refused(.invalidPacket, client, "\(error)")
    case .unexpected: server.refused(.invalidPacket, client, "unexpected")
    case .tooSlow:
      server.metrics.slowReaders += 1
      server.refused(.slowReader, client)
      webSocket?.abort()
    case .closedByPeer, .closedHere, .lost, .pingTimeout: break
    }
    let waiting = acknowledgements
    acknowledgements = [:]
    for answer in waiting.values { answer(.failure(.disconnected)) }
    for namespace in sockets.keys.sorted() { leave(namespace, SocketIODisconnectReason(reason)) }
    webSocket = nil
  }
}
