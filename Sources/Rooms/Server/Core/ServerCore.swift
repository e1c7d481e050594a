internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import RoomProtocol

/// Everything a server holds: connections, sessions, sockets and rooms. Lives on one event loop, so nothing is locked.
final class ServerCore {
  let eventLoop: any EventLoop
  let configuration: SocketIOServerConfiguration
  let engineConfiguration: EngineIOConfiguration
  let socketLimits: SocketIOLimits
  let origins: OriginRule
  let hosts: HostRule
  private let loopEnd: LoopEnd

  var metrics = ServerMetrics()
  /// Answers what is not Socket.IO's; nil for what there is not.
  var routes: ((HTTPRequest, ServerCore) -> HTTPResponse?)?

  private(set) var namespaces = [Namespace.main: Namespace(Namespace.main)]
  private(set) var sessions: [String: Session] = [:]
  private(set) var connections: [ObjectIdentifier: Connection] = [:]
  var addresses: [ClientAddress: AddressUse] = [:]
  /// Whether a client is one for whom there is to be a place where places are few; nil where all in a room are.
  var isPrior: ((SocketIOSocket) -> Bool)?
  var nextSweep = MonotonicTime(nanoseconds: 0)
  private(set) var isStopping = false
  private var log: ServerLog
  var auditRate: RateLimit
  private var unflushed: [Connection] = []
  private(set) var pendingBytes = 0
  private var relieves = false
  private(set) var receivedBytes = 0
  private var relievesReceived = false
  private var alarm: Scheduled<Void>?
  private var alarmTime: MonotonicTime?
  private var lastLook = MonotonicTime(nanoseconds: 0)
  private var nextForgetting = MonotonicTime(nanoseconds: 0)
  private var whenEmpty: [EventLoopPromise<Void>] = []

  init(_ configuration: SocketIOServerConfiguration, _ eventLoop: any EventLoop, _ loopEnd: LoopEnd) {
    self.loopEnd = loopEnd
    self.configuration = configuration
    self.eventLoop = eventLoop
    let limits = configuration.limits
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

  var bound: LoopBound<ServerCore> { LoopBound(self, eventLoop, loopEnd) }

  var now: MonotonicTime { MonotonicTime(nanoseconds: eventLoop.now.uptimeNanoseconds) }

  /// 128 random bits in letters that every place takes.
  func randomID() -> String {
    let bytes = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
    return bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  // MARK: Log

  /// - Parameter isAudited: false for what stands in the audit log already, with more of it.
  func refused(_ reason: Refusal, _ client: ClientAddress, _ detail: String? = nil, isAudited: Bool = true) {
    metrics.refused[reason, default: 0] += 1
    log.refused(reason, client, detail, now: now)
    guard isAudited else { return }
    audit(refused: reason.rawValue, client, detail.map { [("detail", .string(ServerLog.harmless($0)))] } ?? [])
  }

  func notice(_ notice: ServerLog.Notice, _ client: ClientAddress) { log.notice(notice, client, now: now) }

  func connectionFailed(_ connection: Connection, _ error: any Error) {
    log.debug("a connection of \(connection.client) failed: \(error)")
    connection.close()
  }

  func reloadedCertificate(_ error: String?) {
    if let error { log.warn("\(error); the old certificate stays in use") } else { log.info("new certificate in use") }
  }

  // MARK: Connections

  /// Whether a new connection is let in; else it is to be closed at once.
  func admits(_ peer: ClientAddress, isProxy: Bool) -> Bool {
    let limits = configuration.limits
    metrics.connectionsTotal += 1
    if isStopping { return false }
    if connections.count >= limits.connections - limits.connections / 10 { makePlace() }
    if connections.count >= limits.connections {
      refused(.connections, peer)
      return false
    }
    return isProxy || admits(connectionOf: peer)
  }

  func opened(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = connection
    for use in uses(of: connection.peer) { use.connections += 1 }
  }

  func closed(_ connection: Connection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    for use in uses(of: connection.peer) { use.connections -= 1 }
    tellWhenEmpty()
  }

  /// Flushes `connection` once all that is at hand has been worked on.
  func flushLater(_ connection: Connection) {
    unflushed.append(connection)
    guard unflushed.count == 1 else { return }
    eventLoop.assumeIsolated().execute { [self] in
      let connections = unflushed
      unflushed = []
      for connection in connections { connection.flush() }
    }
  }

  // MARK: Memory

  /// Sees to it that what waits for all clients together stays within its bound.
  func pendingBytesChanged(by change: Int) {
    pendingBytes += change
    guard pendingBytes > configuration.limits.allPendingBytes, !relieves else { return }
    relieves = true
    eventLoop.assumeIsolated().execute { [self] in
      relieves = false
      relieve()
    }
  }

  /// Cuts off those for whom most waits, until little enough does.
  private func relieve() {
    // Much may have been sent since it was counted.
    for connection in connections.values where connection.pendingBytes > 0 { connection.countPending() }
    let waiting =
      connections.values.map { ($0.pendingBytes, $0.cut) } + sessions.values.map { ($0.pendingBytes, $0.cut) }
    for (count, cut) in waiting.sorted(by: { $0.0 > $1.0 }) {
      guard count > 0, pendingBytes > configuration.limits.allPendingBytes else { return }
      cut()
    }
  }

  /// The same for what has come in and is not whole.
  func receivedBytesChanged(by change: Int) {
    receivedBytes += change
    guard receivedBytes > configuration.limits.allReceivedBytes, !relievesReceived else { return }
    relievesReceived = true
    eventLoop.assumeIsolated().execute { [self] in
      relievesReceived = false
      for connection in connections.values.sorted(by: { $0.receivedBytes > $1.receivedBytes }) {
        guard receivedBytes > configuration.limits.allReceivedBytes else { return }
        connection.drop(.unfinished)
      }
    }
  }

  // MARK: Sessions

  /// A new session; nil when there are too many.
  func makeSession(_ request: EngineIORequest, client: ClientAddress) -> Session? {
    if sessions.count >= configuration.limits.connections - configuration.limits.connections / 10 { makePlace() }
    guard !isStopping, sessions.count < configuration.limits.connections else {
      refused(.connections, client)
      return nil
    }
    guard admits(sessionOf: client) else { return nil }
    let session = Session(id: randomID(), request, client: client, address: use(of: client), self)
    for use in uses(of: client) { use.sessions += 1 }
    sessions[session.id] = session
    metrics.sessionsTotal += 1
    return session
  }

  func ended(_ session: Session) {
    sessions[session.id] = nil
    for use in uses(of: session.client) { use.sessions -= 1 }
    tellWhenEmpty()
  }

  /// The namespace of that name, which is there from now on.
  func makeNamespace(_ name: String) -> Namespace {
    if let namespace = namespaces[name] { return namespace }
    let namespace = Namespace(name)
    namespaces[name] = namespace
    return namespace
  }

  /// How many clients there are, those of several namespaces in each.
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

  /// Sees to it that those whose time has come are called at `time`, or a little later.
  func wake(at time: MonotonicTime) {
    let time = max(time, lastLook + .milliseconds(50))
    if let alarmTime, alarmTime <= time { return }
    alarm?.cancel()
    alarmTime = time
    alarm = eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(time.nanoseconds)) { [weak self] in
      self?.look()
    }
  }

  private func look() {
    let now = now
    lastLook = now
    alarmTime = nil
    for connection in connections.values {
      if let time = connection.wakeTime, time <= now { connection.timePassed(now: now) }
    }
    for session in sessions.values { if let time = session.wakeTime, time <= now { session.timePassed(now: now) } }
    if nextForgetting <= now {
      nextForgetting = now + .seconds(10)
      let limits = configuration.limits
      addresses = addresses.filter { !$0.value.isForgettable(limits, now: now) }
    }
    let times = connections.values.lazy.compactMap(\.wakeTime).min()
    let others = sessions.values.lazy.compactMap(\.wakeTime).min()
    if let next = [times, others].compactMap(\.self).min() { wake(at: next) }
  }

  // MARK: The end

  /// Tells everyone, and closes what has nothing to finish.
  func stop() -> EventLoopFuture<Void> {
    isStopping = true
    for session in sessions.values { session.close() }
    for connection in connections.values { connection.stop() }
    let promise = eventLoop.makePromise(of: Void.self)
    whenEmpty.append(promise)
    tellWhenEmpty()
    return promise.futureResult
  }

  /// Closes everything.
  func abort() {
    for connection in connections.values { connection.close() }
  }

  /// Lets go of what handlers hold, which may be the server itself. To be called last.
  func end() {
    namespaces = [:]
    routes = nil
    isPrior = nil
    alarm?.cancel()
  }

  private func tellWhenEmpty() {
    guard connections.isEmpty else { return }
    for promise in whenEmpty { promise.succeed() }
    whenEmpty = []
  }
}
