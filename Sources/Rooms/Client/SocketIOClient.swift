internal import NIOCore
internal import NIOPosix
public import RoomProtocol

/// A Socket.IO client for Engine.IO 3 and 4, by WebSocket and long polling. It reconnects when the connection is lost.
///
/// ```swift
/// let client = SocketIOClient(SocketIOClientConfiguration(url: "https://example.org"))
/// client.on("chat") { print($0.arguments) }
/// try await client.connect()
/// try await client.emit("chat", "lobby", "hello")
/// let answer = try await client.emit("who", acknowledgedWithin: .seconds(5))
/// await client.disconnect()
/// ```
///
/// Events go to their handlers, which run on an event loop, one at a time and in the server's order, and must not block.
/// Events without a handler, and changes of the connection, go to `events`.
public final class SocketIOClient: Sendable {
  typealias Handler = @Sendable (SocketIOReceivedEvent) -> Void

  private let configuration: SocketIOClientConfiguration
  private let dispatcher: ClientLoop<EventDispatcher>

  public init(_ configuration: SocketIOClientConfiguration) {
    self.configuration = configuration
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    // Waits only until the loop runs it.
    dispatcher = try! loop.submit { ClientLoop(EventDispatcher(configuration, loop), loop) }.wait()
  }

  deinit { dispatcher.run { _ = $0.client.close() } }

  // MARK: Connection

  /// Connects. Set up handlers and `events` before, to receive what the server emits immediately.
  /// - Returns: this client's id at the server.
  /// - Throws: `SocketIOClientError`; the client cannot be used again.
  @discardableResult
  public func connect() async throws -> String {
    let dialer = try await dispatcher.dialer(configuration)
    return try await dispatcher.flatSubmit { $0.client.connect(dialer) }
  }

  /// Ends the connection after sending what was emitted before; returns when everything is closed.
  public func disconnect() async { try? await dispatcher.flatSubmit { $0.client.close() } }

  public var state: SocketIOClientState {
    get async { (try? await dispatcher.submit { $0.client.state }) ?? .closed }
  }

  // MARK: Emitting

  /// Emits an event.
  /// - Throws: `SocketIOClientError` when not connected, or when the send queue is full.
  public func emit(_ event: String, _ arguments: JSONValue...) async throws { try await emit(event, arguments) }

  public func emit(_ event: String, _ arguments: [JSONValue]) async throws {
    try await dispatcher.submit { try $0.client.connected().emit(event, arguments) }
  }

  /// Emits an event and waits for its acknowledgement.
  /// - Returns: the acknowledgement's arguments.
  /// - Throws: `SocketIOClientError` when it cannot be emitted, `SocketIOAcknowledgementError` when it is not acknowledged.
  public func emit(
    _ event: String, _ arguments: JSONValue..., acknowledgedWithin limit: Duration
  ) async throws -> [JSONValue] {
    try await emit(event, arguments, acknowledgedWithin: limit)
  }

  public func emit(
    _ event: String, _ arguments: [JSONValue], acknowledgedWithin limit: Duration
  ) async throws -> [JSONValue] {
    try await dispatcher.request { dispatcher, completion in
      try dispatcher.client.connected().emit(event, arguments, within: limit, completion)
    }
  }

  // MARK: Events

  /// Sets the handler for an event, replacing an earlier one.
  public func on(_ event: String, _ handler: @escaping @Sendable (SocketIOReceivedEvent) -> Void) {
    dispatcher.run { $0.handlers[event] = handler }
  }

  /// Events from now on, for one consumer. While the queue is full, the connection is not read. A second call ends the
  /// first sequence.
  public func events() async -> BoundedEvents<SocketIOClientEvent> {
    // The loop runs as long as the process.
    try! await dispatcher.submit { $0.makeEvents() }
  }
}

extension SocketIOClient {
  /// Passes events to their handlers, the others to `events`. Lives on an event loop.
  final class EventDispatcher: ReconnectingClient.Owner {
    let client: ReconnectingClient
    var handlers: [String: Handler] = [:]
    private var queue: EventQueue<SocketIOClientEvent>?

    init(_ configuration: SocketIOClientConfiguration, _ loop: any EventLoop) {
      client = ReconnectingClient(configuration, loop)
      client.owner = self
    }

    func makeEvents() -> BoundedEvents<SocketIOClientEvent> {
      queue?.finish()
      let bound = NIOLoopBound(client, eventLoop: client.loop)
      let queue = EventQueue<SocketIOClientEvent>(
        pause: { [client] in client.setReading(false) },
        onDemand: { bound.execute { $0.setReading(true) } })
      if client.state == .closed { queue.finish() }
      self.queue = queue
      return queue.events
    }

    func connected(id: String) { queue?.add(.connected(id: id)) }

    func received(_ event: SocketIOEvent) {
      let bound = NIOLoopBound(client, eventLoop: client.loop)
      let connection = (try? client.connected()).map { NIOLoopBound($0, eventLoop: client.loop) }
      let received = SocketIOReceivedEvent(event) { id, arguments in
        bound.execute { _ in connection?.value.acknowledge(id, arguments) }
      }
      if let handler = handlers[event.name] { handler(received) } else { queue?.add(.received(received)) }
    }

    func disconnected(_ error: SocketIOClientError, willReconnect: Bool) {
      queue?.add(.disconnected(error, willReconnect: willReconnect))
      if !willReconnect { queue?.finish() }
    }
  }
}

/// The connection state of a `SocketIOClient`.
public enum SocketIOClientState: Sendable, Equatable {
  /// `connect` was not called yet.
  case idle
  /// Connecting or reconnecting.
  case connecting
  /// Connected under this id.
  case connected(id: String)
  /// Ended for good.
  case closed
}

/// Events of a `SocketIOClient`.
public enum SocketIOClientEvent: Sendable {
  /// Connected or reconnected, under this id. After a reconnection, the server's state of this client is lost: rejoin rooms.
  case connected(id: String)
  /// The connection ended.
  case disconnected(SocketIOClientError, willReconnect: Bool)
  /// The server emitted an event without a handler.
  case received(SocketIOReceivedEvent)
}

/// An event that the server emitted.
public struct SocketIOReceivedEvent: Sendable {
  public let name: String
  public let arguments: [JSONValue]
  private let id: UInt64?
  private let reply: @Sendable (UInt64, [JSONValue]) -> Void

  init(_ event: SocketIOEvent, reply: @escaping @Sendable (UInt64, [JSONValue]) -> Void) {
    name = event.name
    arguments = event.arguments
    id = event.id
    self.reply = reply
  }

  /// Whether the server expects an acknowledgement.
  public var wantsAcknowledgement: Bool { id != nil }

  /// Sends the acknowledgement: once, at any time, from any thread. Does nothing when the server does not expect one, or
  /// when the event's connection is gone.
  public func acknowledge(_ arguments: JSONValue...) { acknowledge(arguments) }

  public func acknowledge(_ arguments: [JSONValue]) {
    if let id { reply(id, arguments) }
  }
}
