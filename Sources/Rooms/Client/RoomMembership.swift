internal import NIOCore
internal import RoomProtocol

/// A `RoomClient`'s membership in its room: joins, rejoins and leaves. Lives on an event loop.
final class RoomMembership: ReconnectingClient.Owner {
  let client: ReconnectingClient
  private(set) var sharing: SharingClient
  private let queue: EventQueue<RoomClientEvent>
  /// Completes when the client is first in the room.
  private var entering: EventLoopPromise<Void>?
  /// Completes when it has left.
  private var leaving: EventLoopPromise<Void>?
  private var isOver = false
  /// The next attempt to rejoin after a temporary refusal.
  private var retry: Scheduled<Void>?
  /// Set when the server removed this client; `leaved` follows.
  private var removal: RoomClientError?

  init(_ configuration: SocketIOClientConfiguration, _ sharing: SharingClient, _ loop: any EventLoop) {
    let client = ReconnectingClient(configuration, loop)
    let bound = NIOLoopBound(client, eventLoop: loop)
    self.client = client
    self.sharing = sharing
    queue = EventQueue(
      pause: { client.setReading(false) }, onDemand: { bound.execute { $0.setReading(true) } })
    client.owner = self
  }

  var events: BoundedEvents<RoomClientEvent> { queue.events }

  /// 128 random bits.
  static func randomSession() -> String {
    let bits = UInt64.random(in: .min ... .max)
    let others = UInt64.random(in: .min ... .max)
    return String(bits, radix: 36) + "-" + String(others, radix: 36)
  }

  func connect(_ dialer: Dialer) -> EventLoopFuture<Void> {
    let entering = client.loop.makePromise(of: Void.self)
    self.entering = entering
    handle(.join)
    client.connect(dialer).assumeIsolated().whenFailure { [self] error in
      end(.connection(error as? SocketIOClientError ?? .disconnected))
    }
    return entering.futureResult
  }

  func leave() -> EventLoopFuture<Void> {
    guard !isOver, (try? client.connected()) != nil else {
      end(.left)
      return client.close()
    }
    handle(.leave)
    let leaving = client.loop.makePromise(of: Void.self)
    self.leaving = leaving
    // The server confirms with `leaved`; waits at most a second for it.
    let timeout = client.loop.scheduleTask(in: .seconds(1)) { leaving.succeed() }
    let bound = NIOLoopBound(self, eventLoop: client.loop)
    return leaving.futureResult.flatMap {
      timeout.cancel()
      bound.value.leaving = nil
      bound.value.end(.left)
      return bound.value.client.close()
    }
  }

  /// - Throws: `SocketIOClientError`.
  func emit(_ request: RoomRequest) throws { try client.connected().emit(request.event, request.arguments) }

  func handle(_ event: SharingEvent) {
    for action in sharing.handle(event) {
      switch action {
      // Ignores a lost connection: `SharingClient` repeats its requests after reconnecting.
      case .send(let request): try? emit(request)
      case .connect(let member, let makesOffer): queue.add(.connect(member, makesOffer: makesOffer))
      case .signal(let signal, let peer): queue.add(.signal(signal, peer: peer))
      case .disconnect(let peer): queue.add(.disconnect(peer: peer))
      case .entered(let id, let info):
        queue.add(.entered(id: id, info: info))
        entering.take()?.succeed()
      case .retry(let delay): scheduleRetry(after: delay)
      case .refused(let reason): end(.refused(reason, room: sharing.room))
      }
    }
  }

  private func scheduleRetry(after delay: Duration) {
    retry?.cancel()
    let bound = NIOLoopBound(self, eventLoop: client.loop)
    retry = client.loop.scheduleTask(in: TimeAmount(delay)) { bound.value.handle(.retry) }
  }

  /// Ends the client's time in the room for good.
  private func end(_ error: RoomClientError) {
    guard !isOver else { return }
    isOver = true
    retry.take()?.cancel()
    if let entering = entering.take() { entering.fail(error) }
    queue.add(.ended(error))
    queue.finish()
    if leaving == nil { _ = client.close() }
  }

  // MARK: Connection events

  func connected(id: String) { handle(.connected) }

  func received(_ event: SocketIOEvent) {
    guard !isOver, let event = RoomEvent(event: event.name, event.arguments), event.room == sharing.room else { return }
    queue.add(.received(event))
    handle(.received(event))
    switch event {
    case .removed(let room, _, let reason): removal = .removed(room: room, reason)
    case .leaved:
      if let leaving { return leaving.succeed() }
      end(removal ?? .left)
    default: break
    }
  }

  func disconnected(_ error: SocketIOClientError, willReconnect: Bool) {
    handle(.disconnected(willReconnect: willReconnect))
    leaving?.succeed()
    if willReconnect { queue.add(.lost) } else { end(.connection(error)) }
  }
}
