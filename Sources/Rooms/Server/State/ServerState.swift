internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import RoomProtocol

/// The state of a server: connections, sessions, sockets and rooms. Lives on one event loop, so it needs no locks.
final class ServerState {
  /// The limit of refusals in the audit log: a refused client can cause very many.
  private static let auditedRefusals = Allowance(perSecond: 50, burst: 1000)

  let eventLoop: any EventLoop
  let configuration: SocketIOServerConfiguration
  let engineConfiguration: EngineIOConfiguration
  let socketLimits: SocketIOLimits
  let origins: OriginRule
  let hosts: HostRule
  private let loopEnd: LoopEnd

  var metrics = ServerMetrics()
  /// Answers requests outside the Socket.IO path; nil for not found.
  var routes: ((HTTPRequest, ServerState) -> HTTPResponse?)?

  private(set) var namespaces = [Namespace.main: Namespace(Namespace.main)]
  private(set) var sessions: [String: ClientSession] = [:]
  private(set) var connections: [ObjectIdentifier: ServerConnection] = [:]
  private var addresses: AddressUses
  /// Whether `freeCapacity` keeps a client; without this closure it keeps every client that is in a room.
  var hasPriority: ((SocketIOSocket) -> Bool)?
  private var nextSweep = MonotonicTime(nanoseconds: 0)
  private(set) var isStopping = false
  private var log: ServerLog
  private var auditRate: RateLimit
  private var unflushed: [ServerConnection] = []
  private(set) var pendingBytes = 0
  private var isSheddingPending = false
  private(set) var receivedBytes = 0
  private var isSheddingReceived = false
  private var timer: Scheduled<Void>?
  private var timerTime: MonotonicTime?
  private var lastTimeout = MonotonicTime(nanoseconds: 0)
  private var emptyPromises: [EventLoopPromise<Void>] = []

  init(_ configuration: SocketIOServerConfiguration, _ eventLoop: any EventLoop, _ loopEnd: LoopEnd) {
    self.loopEnd = loopEnd
    self.configuration = configuration
    self.eventLoop = eventLoop
    let limits = configuration.limits
    addresses = AddressUses(limits)
    engineConfiguration = EngineIOConfiguration(
      pingInterval: configuration.pingInterval, pingTimeout: configuration.pingTimeout,
      maxPayload: limits.messageBytes, maxPackets: 1000, maxQueuedBytes: limits.pendingBytes)
    socketLimits = SocketIOLimits(
      json: JSONLimits(depth: 32, values: 20_000), attachmentBytes: limits.messageBytes, namespaces: 4)
    origins = OriginRule(allowed: configuration.allowedOrigins, external: configuration.externalURL)
    hosts = HostRule(
      names: configuration.hostNames, listening: configuration.host, external: configuration.externalURL)
    let now = MonotonicTime(nanoseconds: eventLoop.now.uptimeNanoseconds)
    log = ServerLog(configuration.logger, now: now)
    auditRate = RateLimit(Self.auditedRefusals, now: now)
  }

  var bound: LoopBound<ServerState> { LoopBound(self, eventLoop, loopEnd) }

  var now: MonotonicTime { MonotonicTime(nanoseconds: eventLoop.now.uptimeNanoseconds) }

  /// 128 random bits in base64url, without padding.
  func randomID() -> String {
    let bytes = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
    return bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  // MARK: Log

  /// - Parameter isAudited: false for a refusal that the audit log already has in more detail.
  func refused(_ reason: Refusal, _ client: ClientAddress, _ detail: String? = nil, isAudited: Bool = true) {
    metrics.refused[reason, default: 0] += 1
    log.refused(reason, client, detail, now: now)
    guard isAudited else { return }
    audit(refused: reason.rawValue, client, detail.map { [("detail", .string(ServerLog.sanitized($0)))] } ?? [])
  }

  /// Writes a refusal to the audit log. `members` must not contain secrets.
  func audit(refused reason: String, _ client: ClientAddress, _ members: [(String, JSONValue)] = []) {
    guard let audit = configuration.audit else { return }
    guard auditRate.takeIfAvailable(1, Self.auditedRefusals, now: now) else { return audit.countLost() }
    // The address and the reason come before text that the client chose.
    audit.write("refused", [("address", .string(client.address)), ("reason", .string(reason))] + members)
  }

  /// Counts a refusal by the room service, and logs it where it may be an attack.
  func refusedRequest(_ reason: RoomRefusal, _ request: RoomRequest, of client: ClientAddress) {
    if let members = RoomAudit.members(of: request, reason) { audit(refused: reason.rawValue, client, members) }
    switch reason {
    case .token: refused(.token, client, isAudited: false)
    case .rooms: refused(.rooms, client, isAudited: false)
    case .role: refused(.role, client, isAudited: false)
    case .full, .locked, .publisher, .name, .closed, .room, .member, .length, .rate, .request:
      metrics.refused[.request, default: 0] += 1
    }
  }

  func notice(_ notice: ServerLog.Notice, _ client: ClientAddress) { log.notice(notice, client, now: now) }

  func connectionFailed(_ connection: ServerConnection, _ error: any Error) {
    log.debug("a connection of \(connection.client) failed: \(error)")
    connection.close()
  }

  func reloadedCertificate(_ error: String?) {
    if let error { log.warn("\(error); the old certificate stays in use") } else { log.info("new certificate in use") }
  }

  // MARK: Connections

  /// Whether a new connection is admitted; otherwise the caller closes it immediately.
  func admits(_ peer: ClientAddress, isProxy: Bool) -> Bool {
    let limits = configuration.limits
    metrics.connectionsTotal += 1
    if isStopping { return false }
    if connections.count >= limits.connections - limits.connections / 10 { freeCapacity() }
    if connections.count >= limits.connections {
      refused(.connections, peer)
      return false
    }
    return isProxy || isAdmitted(peer, addresses.refusal(ofConnectionFrom: peer, now: now))
  }

  func opened(_ connection: ServerConnection) {
    connections[ObjectIdentifier(connection)] = connection
    for use in addresses.all(of: connection.peer, now: now) { use.connections += 1 }
  }

  func closed(_ connection: ServerConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    for use in addresses.all(of: connection.peer, now: now) { use.connections -= 1 }
    completeIfEmpty()
  }

  /// Flushes `connection` at the end of the event loop's tick.
  func flushLater(_ connection: ServerConnection) {
    unflushed.append(connection)
    guard unflushed.count == 1 else { return }
    eventLoop.assumeIsolated().execute { [self] in
      let connections = unflushed
      unflushed = []
      for connection in connections { connection.flush() }
    }
  }

  /// Closes unused sessions and connections when nine tenths of the capacity are in use, so that presenters and viewers can
  /// still connect.
  private func freeCapacity() {
    let now = now
    guard nextSweep <= now else { return }
    nextSweep = now + .seconds(1)
    let arrival = configuration.limits.arrivalTimeout
    for session in sessions.values where session.openedAt + arrival <= now {
      if session.sockets.values.contains(where: { hasPriority?($0) ?? $0.isInRoom }) { continue }
      refused(.connections, session.client)
      session.close()
    }
    for connection in connections.values where connection.openedAt + arrival <= now && connection.isIdle {
      refused(.connections, connection.client)
      connection.close()
    }
  }

  // MARK: Addresses

  /// Logs the refusal of a client, if there is one.
  private func isAdmitted(_ client: ClientAddress, _ refusal: Refusal?) -> Bool {
    guard let refusal else { return true }
    refused(refusal, client)
    return false
  }

  func admits(requestOf client: ClientAddress) -> Bool {
    isAdmitted(client, addresses.refusal(ofRequestFrom: client, now: now))
  }

  func takesCredentials(_ client: ClientAddress) -> Bool { addresses.takesCredentials(client, now: now) }

  func wrongToken(of client: ClientAddress) -> (delay: Duration, isLast: Bool) {
    addresses.wrongToken(of: client, now: now)
  }

  // MARK: Memory

  /// Keeps the data waiting to be sent to all clients within `allPendingBytes`.
  func pendingBytesChanged(by change: Int) {
    pendingBytes += change
    guard pendingBytes > configuration.limits.allPendingBytes, !isSheddingPending else { return }
    isSheddingPending = true
    eventLoop.assumeIsolated().execute { [self] in
      isSheddingPending = false
      dropSlowReaders()
    }
  }

  /// Drops the clients with the most pending data until the total is within the limit.
  private func dropSlowReaders() {
    // Much may have been sent since the last count.
    for connection in connections.values where connection.pendingBytes > 0 { connection.countPending() }
    let waiting =
      connections.values.map { ($0.pendingBytes, $0.dropSlowReader) }
      + sessions.values.map { ($0.pendingBytes, $0.dropSlowReader) }
    for (count, drop) in waiting.sorted(by: { $0.0 > $1.0 }) {
      guard count > 0, pendingBytes > configuration.limits.allPendingBytes else { return }
      drop()
    }
  }

  /// Keeps the incomplete requests and messages of all clients within `allReceivedBytes`.
  func receivedBytesChanged(by change: Int) {
    receivedBytes += change
    guard receivedBytes > configuration.limits.allReceivedBytes, !isSheddingReceived else { return }
    isSheddingReceived = true
    eventLoop.assumeIsolated().execute { [self] in
      isSheddingReceived = false
      for connection in connections.values.sorted(by: { $0.receivedBytes > $1.receivedBytes }) {
        guard receivedBytes > configuration.limits.allReceivedBytes else { return }
        connection.drop(.unfinished)
      }
    }
  }

  // MARK: Sessions

  /// Makes a session; nil when there are too many.
  func makeSession(_ request: EngineIORequest, client: ClientAddress) -> ClientSession? {
    if sessions.count >= configuration.limits.connections - configuration.limits.connections / 10 { freeCapacity() }
    guard !isStopping, sessions.count < configuration.limits.connections else {
      refused(.connections, client)
      return nil
    }
    guard isAdmitted(client, addresses.refusal(ofSessionFrom: client, now: now)) else { return nil }
    let session = ClientSession(
      id: randomID(), request, client: client, address: addresses.use(of: client, now: now), self)
    for use in addresses.all(of: client, now: now) { use.sessions += 1 }
    sessions[session.id] = session
    metrics.sessionsTotal += 1
    return session
  }

  func ended(_ session: ClientSession) {
    sessions[session.id] = nil
    for use in addresses.all(of: session.client, now: now) { use.sessions -= 1 }
    completeIfEmpty()
  }

  /// The namespace of that name, created if necessary.
  func makeNamespace(_ name: String) -> Namespace {
    if let namespace = namespaces[name] { return namespace }
    let namespace = Namespace(name)
    namespaces[name] = namespace
    return namespace
  }

  /// The number of sockets; a client counts once for each of its namespaces.
  var socketCount: Int { namespaces.values.reduce(0) { $0 + $1.sockets.count } }

  func connected(_ socket: SocketIOSocket) {
    socket.place.sockets[socket.id] = socket
    socket.place.connectionHandler?(socket)
  }

  func disconnected(_ socket: SocketIOSocket, _ reason: SocketIODisconnectReason) {
    socket.place.sockets[socket.id] = nil
    socket.leaveAll()
    socket.place.disconnectionHandler?(socket, reason)
  }

  func received(_ event: SocketIOEvent, from socket: SocketIOSocket) {
    socket.place.handlers[event.name]?(SocketIOServerEvent(event, socket))
  }

  func emit(_ packet: SocketIOPacket, to audience: SocketIOAudience) {
    let message = OutgoingMessage(packet)
    var count = 0
    audience.forEach(in: self) { socket in
      socket.send(message)
      count += 1
    }
    audience.sender?.charge(deliveries: count)
  }

  // MARK: Time

  /// Calls `timeoutFired` of connections and sessions that are due, at `time` or at most 50 ms later.
  func wake(at time: MonotonicTime) {
    let time = max(time, lastTimeout + .milliseconds(50))
    if let timerTime, timerTime <= time { return }
    timer?.cancel()
    timerTime = time
    timer = eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(time.nanoseconds)) { [weak self] in
      self?.timerFired()
    }
  }

  private func timerFired() {
    let now = now
    lastTimeout = now
    timerTime = nil
    for connection in connections.values {
      if let time = connection.wakeTime, time <= now { connection.timeoutFired(now: now) }
    }
    for session in sessions.values { if let time = session.wakeTime, time <= now { session.timeoutFired(now: now) } }
    addresses.removeUnused(now: now)
    let times = connections.values.lazy.compactMap(\.wakeTime).min()
    let others = sessions.values.lazy.compactMap(\.wakeTime).min()
    if let next = [times, others].compactMap(\.self).min() { wake(at: next) }
  }

  // MARK: Shutdown

  /// Closes all sessions and idle connections. Completes when no connection is left.
  func stop() -> EventLoopFuture<Void> {
    isStopping = true
    for session in sessions.values { session.close() }
    for connection in connections.values { connection.stop() }
    let promise = eventLoop.makePromise(of: Void.self)
    emptyPromises.append(promise)
    completeIfEmpty()
    return promise.futureResult
  }

  /// Closes all connections.
  func abort() {
    for connection in connections.values { connection.close() }
  }

  /// Releases the handlers, which may hold the server itself. Call it last.
  func end() {
    namespaces = [:]
    routes = nil
    hasPriority = nil
    timer?.cancel()
  }

  private func completeIfEmpty() {
    guard connections.isEmpty else { return }
    for promise in emptyPromises { promise.succeed() }
    emptyPromises = []
  }
}
