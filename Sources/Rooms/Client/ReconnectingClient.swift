internal import NIOCore
internal import RoomProtocol

/// A client's current connection, and the reconnection after a loss. Lives on an event loop.
final class ReconnectingClient: ClientConnection.Owner {
  protocol Owner: AnyObject {
    func connected(id: String)
    func received(_ event: SocketIOEvent)
    func disconnected(_ error: SocketIOClientError, willReconnect: Bool)
  }

  /// How long the first connection is retried once there is an address: routes and name servers appear after it.
  private static let networkGracePeriod = Duration.seconds(10)

  private let configuration: SocketIOClientConfiguration
  let loop: any EventLoop
  weak var owner: (any Owner)?
  private(set) var state = SocketIOClientState.idle
  private var dialer: Dialer?
  private var plan: ConnectionPlan
  private var random = SystemRandomNumberGenerator()
  private var connection: ClientConnection?
  private var wait: Scheduled<Void>?
  /// Completes with the first connection.
  private var opening: EventLoopPromise<String>?
  /// Completes with the end of the last connection.
  private var closing: EventLoopPromise<Void>?
  /// Ended connections whose channels are not closed yet.
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

  /// Ends the connection and stops reconnecting. Completes once everything is closed.
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
      plan.firstConnectionDeadline = now + Self.networkGracePeriod
    }
    if let connection, let own = connection.localAddress, !addresses.contains(own) { connection.localAddressRemoved() }
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

  // MARK: Connection events

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
    trackEnd(of: connection)
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

  private func trackEnd(of connection: ClientConnection) {
    let key = ObjectIdentifier(connection)
    let end = connection.end
    ends[key] = end
    // Keeps the connection alive until then, so that no other object gets its identifier.
    end.assumeIsolated().whenComplete { [self] _ in
      _ = connection
      ends[key] = nil
    }
  }
}
