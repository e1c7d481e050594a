internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// One connection to a server by one transport and protocol version, from the first request to the end. Lives on an
/// event loop.
final class ClientConnection: ClientWebSocket.Owner {
  protocol Owner: AnyObject {
    /// The server accepted the client into the namespace.
    func connectionOpened(_ connection: ClientConnection, id: String)
    func connectionReceived(_ connection: ClientConnection, _ event: SocketIOEvent)
    /// The connection has ended, or could not be made.
    func connectionEnded(
      _ connection: ClientConnection, _ failure: ConnectionPlan.Failure, _ error: SocketIOClientError)
  }

  typealias AcknowledgementHandler = (Result<[JSONValue], SocketIOAcknowledgementError>) -> Void

  let way: ConnectionPlan.Way
  private let configuration: SocketIOClientConfiguration
  private let dialer: Dialer
  private let loop: any EventLoop
  private weak var owner: (any Owner)?

  private var session: EngineIOClientSession
  private var socket: SocketIOClientConnection?
  private var gets: HTTPLane?
  private var posts: HTTPLane?
  private var webSocket: ClientWebSocket?
  private var acknowledgementHandlers: [UInt64: AcknowledgementHandler] = [:]
  private var pendingActions: [EngineIOClientAction] = []
  private var isPerforming = false
  private var isOver = false
  /// The query of a poll that is deferred while reading is paused.
  private var deferredPoll: String?
  private var isPaused = false
  /// The transport's first error.
  private var error: SocketIOClientError?
  private var timer: (time: MonotonicTime, task: Scheduled<Void>)?

  init(
    _ way: ConnectionPlan.Way, _ configuration: SocketIOClientConfiguration, _ dialer: Dialer, _ loop: any EventLoop,
    _ owner: any Owner
  ) {
    self.way = way
    self.configuration = configuration
    self.dialer = dialer
    self.loop = loop
    self.owner = owner
    session = EngineIOClientSession(
      way.version, transport: way.transport, mayUpgrade: way.mayUpgrade, maxPayload: configuration.maxPayload)
  }

  private var now: MonotonicTime { MonotonicTime(nanoseconds: loop.now.uptimeNanoseconds) }

  func open() { session { $0.open(within: configuration.connectTimeout, now: now, into: &$1) } }

  // MARK: Emitting

  /// - Throws: `SocketIOClientError` when not connected, or when the send queue is full.
  func emit(_ event: String, _ arguments: [JSONValue]) throws {
    try checkMayEmit()
    socket { $0.emit(event, arguments, namespace: configuration.namespace, into: &$1) }
  }

  func emit(
    _ event: String, _ arguments: [JSONValue], within limit: Duration, _ handler: @escaping AcknowledgementHandler
  ) throws {
    try checkMayEmit()
    var id: UInt64?
    socket { [now] socket, actions in
      id = socket.emit(
        event, arguments, namespace: configuration.namespace, acknowledgedWithin: limit, now: now, into: &actions)
      if let id { acknowledgementHandlers[id] = handler }
    }
    if id == nil { handler(.failure(.disconnected)) }
  }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue]) {
    socket { $0.acknowledge(id, arguments, namespace: configuration.namespace, into: &$1) }
  }

  private func checkMayEmit() throws(SocketIOClientError) {
    guard !isOver, socket?.isConnected(to: configuration.namespace) ?? false else { throw .notConnected }
    guard session.queuedBytes + (webSocket?.pendingBytes ?? 0) <= configuration.maxPendingBytes else {
      throw .congested
    }
  }

  /// Leaves the namespace and ends the session after sending what was emitted before.
  func close() {
    error = error ?? .disconnected
    socket { $0.disconnect(from: configuration.namespace, into: &$1) }
    session { [now] in $0.close(now: now, into: &$1) }
  }

  /// The connection's local address; nil before there is a connection, and for addresses that no change of the network
  /// removes: loopback and link-local ones.
  var localAddress: String? {
    guard let address = (webSocket?.channel ?? gets?.channel)?.localAddress?.ipAddress else { return nil }
    return LocalAddress.isLoopback(address) || address.hasPrefix("fe80:") ? nil : address
  }

  /// Ends the connection because its local address is gone, without waiting for a TCP timeout.
  func localAddressRemoved() { end(.unsuitable, .lost(url: dialer.address.url)) }

  /// Completes once all channels are closed.
  var end: EventLoopFuture<Void> {
    .andAllComplete([gets?.end, posts?.end, webSocket?.end].compactMap(\.self), on: loop)
  }

  /// Pauses or resumes reading; paused data stays at the server.
  func setReading(_ reads: Bool) {
    isPaused = !reads
    webSocket?.setReading(reads)
    if reads, let query = deferredPoll.take() { get(query) }
  }

  // MARK: State machines

  /// Calls the Engine.IO session and performs its actions in order, including those of nested calls.
  private func session(_ call: (inout EngineIOClientSession, inout [EngineIOClientAction]) -> Void) {
    call(&session, &pendingActions)
    guard !isPerforming else { return }
    isPerforming = true
    while !pendingActions.isEmpty {
      let actions = pendingActions
      pendingActions.removeAll(keepingCapacity: true)
      for action in actions { perform(action) }
    }
    isPerforming = false
    scheduleTimer()
  }

  private func perform(_ action: EngineIOClientAction) {
    switch action {
    case .get(let query):
      if isPaused { deferredPoll = query } else { get(query) }
    case .post(let query, let payload): post(query, payload)
    case .openWebSocket(let query):
      let webSocket = ClientWebSocket(dialer, loop, maxPayload: configuration.maxPayload, self)
      self.webSocket = webSocket
      if isPaused { webSocket.setReading(false) }
      webSocket.open(uri: uri(query))
    case .sendText(let bytes): webSocket?.send(bytes, isText: true)
    case .sendBinary(let bytes): webSocket?.send(bytes, isText: false)
    case .closeWebSocket: webSocket?.close()
    case .opened(let handshake):
      socket = SocketIOClientConnection(way.version, sessionID: handshake.sessionID, limits: limits)
      socket { [now] in
        $0.connect(to: configuration.namespace, auth: configuration.auth, now: now, into: &$1)
      }
    case .message(let message): socket { $0.received(message, into: &$1) }
    case .upgraded: break
    case .closed(let reason): closed(reason)
    }
  }

  private var limits: SocketIOLimits {
    var limits = configuration.limits
    limits.connectTimeout = configuration.connectTimeout
    return limits
  }

  private func socket(_ call: (inout SocketIOClientConnection, inout [SocketIOClientAction]) -> Void) {
    guard socket != nil else { return }
    var actions: [SocketIOClientAction] = []
    call(&socket!, &actions)
    for action in actions { perform(action) }
    scheduleTimer()
  }

  private func perform(_ action: SocketIOClientAction) {
    switch action {
    case .send(let frames): session { $0.send(frames, into: &$1) }
    case .connected(_, let id): owner?.connectionOpened(self, id: id)
    case .refused(_, let message, _): end(.refused, .refused(url: dialer.address.url, message: message))
    case .event(let event): owner?.connectionReceived(self, event)
    case .acknowledged(_, let id, let arguments): acknowledgementHandlers.removeValue(forKey: id)?(.success(arguments))
    case .acknowledgementMissing(let namespace, let id):
      let isConnected = socket?.isConnected(to: namespace) ?? false
      acknowledgementHandlers.removeValue(forKey: id)?(.failure(isConnected ? .timedOut : .disconnected))
    // The server removed this client on purpose: reconnecting is pointless.
    case .disconnected: end(.refused, .disconnectedByServer(url: dialer.address.url))
    case .close(.connectTimeout): end(.unreachable, noAnswer)
    case .close: end(.unsuitable, .noServer(url: dialer.address.url, status: nil))
    }
  }

  private var noAnswer: SocketIOClientError {
    .unreachable(
      url: dialer.address.url, why: "no answer within \(configuration.connectTimeout.components.seconds) seconds")
  }

  private func closed(_ reason: EngineIOClientCloseReason) {
    let url = dialer.address.url
    switch reason {
    case .closedHere: end(.refused, .disconnected)
    case .connectTimeout, .pingTimeout: end(.unreachable, noAnswer)
    // A restarted server does not know the session.
    case .refused where socket != nil: end(.unsuitable, .lost(url: url))
    case .refused(let status) where status == 401 || status == 403:
      // May be a proxy that refuses only this transport.
      end(.unsuitable, .refused(url: url, message: "HTTP status \(status)"))
    case .refused(let status): end(.unsuitable, .noServer(url: url, status: status))
    case .invalid, .unexpected: end(.unsuitable, .noServer(url: url, status: nil))
    case .closedByPeer: end(.unsuitable, .disconnectedByServer(url: url))
    case .lost: end(.unsuitable, .lost(url: url))
    }
  }

  private func end(_ failure: ConnectionPlan.Failure, _ other: SocketIOClientError) {
    guard !isOver else { return }
    isOver = true
    timer?.task.cancel()
    timer = nil
    socket { $0.closed(into: &$1) }
    session { [now] in $0.close(now: now, into: &$1) }
    gets?.close()
    posts?.close()
    webSocket?.close()
    switch error {
    case .unreachable?, .proxy?, .notTrusted?: owner?.connectionEnded(self, .unreachable, error!)
    case let error?: owner?.connectionEnded(self, failure, error)
    case nil: owner?.connectionEnded(self, failure, other)
    }
    owner = nil
  }

  private func scheduleTimer() {
    guard !isOver, let time = [session.deadline, socket?.deadline].compactMap(\.self).min() else { return }
    // An earlier timer may stay: it reschedules itself.
    if let timer, timer.time <= time { return }
    timer?.task.cancel()
    let bound = NIOLoopBound(self, eventLoop: loop)
    let task = loop.scheduleTask(deadline: .uptimeNanoseconds(time.nanoseconds)) { bound.value.timerFired() }
    timer = (time, task)
  }

  private func timerFired() {
    timer = nil
    let now = now
    if session.deadline.map({ $0 <= now }) ?? false { session { $0.timeoutFired(now: now, into: &$1) } }
    socket { $0.timeoutFired(now: now, into: &$1) }
    scheduleTimer()
  }

  // MARK: Transports

  private func uri(_ query: String) -> String { "\(dialer.address.path)?\(query)" }

  private func get(_ query: String) {
    let lane = gets ?? HTTPLane(dialer, loop, maxPayload: configuration.maxPayload)
    gets = lane
    lane.request(.GET, uri(query), nil) { [weak self] result in
      guard let self, !isOver else { return }
      switch result {
      case .success(let response):
        noteRefusal(response)
        let payload = EngineIOPayload(bytes: response.body, isBinary: response.isBinary)
        session { [now] in $0.pollAnswered(status: response.status, payload, now: now, into: &$1) }
      case .failure(let error): requestFailed(error)
      }
    }
  }

  private func post(_ query: String, _ payload: EngineIOPayload) {
    let lane = posts ?? HTTPLane(dialer, loop, maxPayload: configuration.maxPayload)
    posts = lane
    lane.request(.POST, uri(query), payload) { [weak self] result in
      guard let self, !isOver else { return }
      switch result {
      case .success(let response): session { $0.postAnswered(status: response.status, into: &$1) }
      case .failure(let error): requestFailed(error)
      }
    }
  }

  /// Keeps the text in which a server explains a refusal: of the host name or the origin, or because it is overloaded.
  private func noteRefusal(_ response: HTTPLane.Response) {
    guard socket == nil, response.isPlainText, [403, 421, 429, 503].contains(response.status) else { return }
    var words = String(decoding: response.body.prefix(500), as: UTF8.self)
    while let last = words.last, last.isWhitespace || last == "." { words.removeLast() }
    error = error ?? .refused(url: dialer.address.url, message: words)
  }

  private func requestFailed(_ error: SocketIOClientError) {
    self.error = self.error ?? (socket == nil ? error : .lost(url: dialer.address.url))
    session { $0.requestFailed(into: &$1) }
  }

  func webSocketOpened() { session { $0.webSocketOpened(into: &$1) } }

  func webSocketFailed(_ error: SocketIOClientError, status: Int?) {
    // During an upgrade, polling goes on.
    if way.transport == .webSocket, status == nil { self.error = self.error ?? error }
    session { $0.webSocketFailed(status: status, into: &$1) }
  }

  func webSocketReceived(_ bytes: [UInt8], isText: Bool) {
    session { [now] session, actions in
      if isText {
        session.receivedText(bytes[...], now: now, into: &actions)
      } else {
        session.receivedBinary(bytes[...], now: now, into: &actions)
      }
    }
  }

  func webSocketClosed(isClean: Bool) { session { $0.webSocketClosed(isClean: isClean, into: &$1) } }
}
