internal import NIOCore
internal import RoomProtocol

/// A client's connection, or the next one; of an event loop.
final class ClientCore: ClientConnection.Owner {
  protocol Owner: AnyObject {
    func connected(id: String)
    func received(_ event: SocketIOEvent)
    func disconnected(_ error: SocketIOClientError, willReconnect: Bool)
  }

  /// How long the first connection is sought once there is an address: routes and name servers come after it.
  private static let networkPatience = Duration.seconds(10)

  private let configuration: SocketIOClientConfiguration
  let loop: any EventLoop
  weak var owner: (any Owner)?
  private(set) var state = SocketIOClientState.idle
  private var dialer: Dialer?
  private var plan: ConnectionPlan
  private var random = SystemRandomNumberGenerator()
  private var connection: ClientConnection?
  private var wait: Scheduled<Void>?
  /// Whoever waits for the first connection.
  private var opening: EventLoopPromise<String>?
  /// Whoever waits for the last connection to be over.
  private var closing: EventLoopPromise<Void>?
  /// The ends of connections that are over and yet have to close something.
  private var ends: [ObjectIdentifier: EventLoopFuture<Void>] = [:]

  init(_ configuration: SocketIOClientConfiguration, _ loop: any EventLoop) {
    self.configuration = configuration
    self.loop = loop
    plan = ConnectionPlan(configuration.ways, configuration.reconnection)
  }

  private var now: MonotonicTime { MonotonicTime(nanoseconds: loop.now.uptimeNanoseconds) }

  /// Connects for the first time.
  /// - Returns: the id.
  func connect(_ dialer: Dialer) -> EventLoopFuture<String> {
    guard state == .idle else { return loop.makeFailedFuture(SocketIOClientError.disconnected) }
    self.dialer = dialer
    if LocalAddress.isLoopback(dialer.address.host) { plan.firstConnectionDeadline = nil }
    let opening = loop.makePromise(of: String.self)
    self.opening = opening
    step(plan.begin(), .disconnected)
    return opening.futureResult
  }

  /// Ends the connection, and whatever there is to be of it. Done once everything is closed.
  func close() -> EventLoopFuture<Void> {
    wait.take()?.cancel()
    guard let connection else {
      if state != .closed { finish(.disconnected) }
      return .andAllComplete(Array(ends.values), on: loop)
    }
    state = .closed
    let closing = self.closing ?? loop.makePromise()
    self.closing = closing
    connection.close()
    let bound = NIOLoopBound(self, eventLoop: loop)
    return closing.futureResult.flatMap { .andAllComplete(Array(bound.value.ends.values), on: bound.eventLoop) }
  }

  /// - Throws: `SocketIOClientError.notConnected`.
  func connected() throws -> ClientConnection {
    guard case .connected = state, let connection else { throw SocketIOClientError.notConnected }
    return connection
  }

  /// See `RoomClient.waitForNetwork`.
  func waitForNetwork() { plan.firstConnectionDeadline = .max }

  /// See `RoomClient.networkChanged`.
  func networkChanged(to addresses: Set<String>) {
    if plan.firstConnectionDeadline != nil, !addresses.isEmpty {
      plan.firstConnectionDeadline = now + Self.networkPatience
    }
    if let connection, let own = connection.localAddress, !addresses.contains(own) { connection.lose() }
    guard let waiting = wait.take() else { return }
    waiting.cancel()
    step(plan.begin(), .disconnected)
  }

  func setReading(_ reads: Bool) { connection?.setReading(reads) }

  private func step(_ step: ConnectionPlan.Step, _ error: SocketIOClientError) {
    switch step {
    case .attempt(let way):
      guard let dialer else { return }
      state = .connecting
      let connection = ClientConnection(way, configuration, dialer, loop, self)
      self.connection = connection
      connection.open()
    case .wait(let time):
      state = .connecting
      let bound = NIOLoopBound(self, eventLoop: loop)
      wait = loop.scheduleTask(deadline: .uptimeNanoseconds(time.nanoseconds)) {
        bound.value.wait = nil
        bound.value.step(bound.value.plan.begin(), error)
      }
    case .giveUp: finish(error)
    }
  }

  private func finish(_ error: SocketIOClientError) {
    state = .closed
    if let opening = opening.take() {
      opening.fail(error)
    } else {
      owner?.disconnected(error, willReconnect: false)
    }
  }

  // MARK: What a connection tells

  func connectionOpened(_ connection: ClientConnection, id: String) {
    guard connection === self.connection, state == .connecting else { return }
    plan.succeeded()
    state = .connected(id: id)
    owner?.connected(id: id)
    opening.take()?.succeed(id)
  }

  func connectionReceived(_ connection: ClientConnection, _ event: SocketIOEvent) {
    guard connection === self.connection else { return }
    owner?.received(event)
  }

  func connectionEnded(
    _ connection: ClientConnection, _ failure: ConnectionPlan.Failure, _ error: SocketIOClientError
  ) {
    guard connection === self.connection else { return }
    self.connection = nil
    keep(connection)
    switch state {
    case .closed:
      finish(error)
      closing.take()?.succeed()
    case .connected:
      let next = failure == .refused ? .giveUp : plan.lost(now: now, using: &random)
      if next != .giveUp { owner?.disconnected(error, willReconnect: true) }
      step(next, error)
    case .idle, .connecting: step(plan.failed(failure, now: now, using: &random), error)
    }
  }

  /// Remembers what has yet to be closed.
  private func keep(_ connection: ClientConnection) {
    let key = ObjectIdentifier(connection)
    let end = connection.end
    ends[key] = end
    // Holds the connection until then, so that its name is nobody else's.
    end.assumeIsolated().whenComplete { [self] _ in
      _ = connection
      ends[key] = nil
    }
  }
}
