internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// One connection to a server, in one way, from the first request to the end; of an event loop.
final class ClientConnection: ClientWebSocket.Owner {
  protocol Owner: AnyObject {
    /// Let into the namespace.
    func connectionOpened(_ connection: ClientConnection, id: String)
    func connectionReceived(_ connection: ClientConnection, _ event: SocketIOEvent)
    /// Over, or never came about.
    func connectionEnded(
      _ connection: ClientConnection, _ failure: ConnectionPlan.Failure, _ error: SocketIOClientError)
  }

  typealias Answer = (Result<[JSONValue], SocketIOAcknowledgementError>) -> Void

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
  private var answers: [UInt64: Answer] = [:]
  private var todo: [EngineIOClientAction] = []
  private var isBusy = false
  private var isOver = false
  /// A GET request that waits until somebody takes what came.
  private var heldPoll: String?
  private var isPaused = false
  /// What went wrong with the transport, when something did.
  private var error: SocketIOClientError?
  private var alarm: (time: MonotonicTime, task: Scheduled<Void>)?

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

  // MARK: What the client does

  /// - Throws: `SocketIOClientError`, when it is not connected or too much waits.
  func emit(_ event: String, _ arguments: [JSONValue]) throws {
    try checkRoom()
    socket { $0.emit(event, arguments, namespace: configuration.namespace, into: &$1) }
  }

  func emit(_ event: String, _ arguments: [JSONValue], within limit: Duration, _ answer: @escaping Answer) throws {
    try checkRoom()
    var id: UInt64?
    socket { [now] socket, actions in
      id = socket.emit(
        event, arguments, namespace: configuration.namespace, acknowledgedWithin: limit, now: now, into: &actions)
      if let id { answers[id] = answer }
    }
    if id == nil { answer(.failure(.disconnected)) }
  }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue]) {
    socket { $0.acknowledge(id, arguments, namespace: configuration.namespace, into: &$1) }
  }

  private func checkRoom() throws(SocketIOClientError) {
    guard !isOver, socket?.isConnected(to: configuration.namespace) ?? false else { throw .notConnected }
    guard session.queuedBytes + (webSocket?.pendingBytes ?? 0) <= configuration.maxPendingBytes else {
      throw .congested
    }
  }

  /// Leaves the namespace and ends the session after what was sent before.
  func close() {
    error = error ?? .disconnected
    socket { $0.disconnect(from: configuration.namespace, into: &$1) }
    session { [now] in $0.close(now: now, into: &$1) }
  }

  /// Where this end of the connection is; nil before there is one, and where no change of the network takes it away.
  var localAddress: String? {
    guard let address = (webSocket?.channel ?? gets?.channel)?.localAddress?.ipAddress else { return nil }
    return LocalAddress.isLoopback(address) || address.hasPrefix("fe80:") ? nil : address
  }

  /// The network has taken the connection away, whatever TCP says.
  func lose() { end(.unsuitable, .lost(url: dialer.address.url)) }

  /// Done once all that was opened is closed.
  var end: EventLoopFuture<Void> {
    .andAllComplete([gets?.end, posts?.end, webSocket?.end].compactMap(\.self), on: loop)
  }

  /// Lets what the server sends wait at the server, or comes for it again.
  func setReading(_ reads: Bool) {
    isPaused = !reads
    webSocket?.setReading(reads)
    if reads, let query = heldPoll.take() { get(query) }
  }

  // MARK: The two state machines

  /// Calls the Engine.IO session and does what it says, in its order also when that calls it again.
  private func session(_ call: (inout EngineIOClientSession, inout [EngineIOClientAction]) -> Void) {
    call(&session, &todo)
    guard !isBusy else { return }
    isBusy = true
    while !todo.isEmpty {
      let actions = todo
      todo.removeAll(keepingCapacity: true)
      for action in actions { perform(action) }
    }
    isBusy = false
    setAlarm()
  }

  private func perform(_ action: EngineIOClientAction) {
    switch action {
    case .get(let query):
      if isPaused { heldPoll = query } else { get(query) }
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
    setAlarm()
  }

  private func perform(_ action: SocketIOClientAction) {
    switch action {
    case .send(let frames): session { $0.send(frames, into: &$1) }
    case .connected(_, let id): owner?.connectionOpened(self, id: id)
    case .refused(_, let message, _): end(.refused, .refused(url: dialer.address.url, message: message))
    case .event(let event): owner?.connectionReceived(self, event)
    case .acknowledged(_, let id, let arguments): answers.removeValue(forKey: id)?(.success(arguments))
    case .acknowledgementMissing(let namespace, let id):
      let isConnected = socket?.isConnected(to: namespace) ?? false
      answers.removeValue(forKey: id)?(.failure(isConnected ? .timedOut : .disconnected))
    // The server took this client out: it would not let it in again.
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
    // A server that has been started anew knows nothing of the session.
    case .refused where socket != nil: end(.unsuitable, .lost(url: url))
    case .refused(let status) where status == 401 || status == 403:
      // This may be a proxy that only does not want this way.
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
    alarm?.task.cancel()
    alarm = nil
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

  private func setAlarm() {
    guard !isOver, let time = [session.deadline, socket?.deadline].compactMap(\.self).min() else { return }
    // One that is too early does no harm: it sets itself anew.
    if let alarm, alarm.time <= time { return }
    alarm?.task.cancel()
    let bound = NIOLoopBound(self, eventLoop: loop)
    let task = loop.scheduleTask(deadline: .uptimeNanoseconds(time.nanoseconds)) { bound.value.alarmed() }
    alarm = (time, task)
  }

  private func alarmed() {
    alarm = nil
    let now = now
    if session.deadline.map({ $0 <= now }) ?? false { session { $0.timeoutFired(now: now, into: &$1) } }
    socket { $0.timeoutFired(now: now, into: &$1) }
    setAlarm()
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
        tellRefusal(response)
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

  /// A server that lets nobody in by this name, from there or for now says so in words.
  private func tellRefusal(_ response: HTTPLane.Response) {
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
    // Beside polling, that goes on.
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
