internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// Makes HTTP requests one after the other, over one connection as long as the server keeps it. Lives on an event loop.
final class HTTPLane {
  struct Response {
    var status = 0
    var isBinary = false
    var isPlainText = false
    var body: [UInt8] = []
  }

  typealias Completion = (Result<Response, SocketIOClientError>) -> Void

  private let dialer: Dialer
  private let loop: any EventLoop
  private let maxPayload: Int
  private var connection: HTTPLaneConnection?
  private var isClosed = false
  /// The ends of all connections.
  private var ends: [EventLoopFuture<Void>] = []
  /// The end of the connection being made.
  private var dialling: EventLoopPromise<Void>?

  init(_ dialer: Dialer, _ loop: any EventLoop, maxPayload: Int) {
    self.dialer = dialer
    self.loop = loop
    self.maxPayload = maxPayload
  }

  /// Makes a request. The one before must be done.
  func request(_ method: HTTPMethod, _ uri: String, _ payload: EngineIOPayload?, _ completion: @escaping Completion) {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: uri)
    head.headers.add(name: "Host", value: dialer.address.authority)
    for (name, value) in dialer.headers { head.headers.add(name: name, value: value) }
    if let payload {
      head.headers.add(name: "Content-Type", value: payload.contentType)
      head.headers.add(name: "Content-Length", value: String(payload.bytes.count))
    }
    if let connection, connection.isReusable { return connection.request(head, payload, completion) }
    let connection = HTTPLaneConnection(dialer, maxPayload: maxPayload)
    self.connection = connection
    let bound = NIOLoopBound(connection, eventLoop: loop)
    let dialled = dialer.dial(on: loop) { channel in
      try channel.pipeline.syncOperations.addHTTPClientHandlers()
      try channel.pipeline.syncOperations.addHandler(bound.value)
    }
    let end = loop.makePromise(of: Void.self)
    ends.append(end.futureResult)
    dialling = end
    dialled.assumeIsolated().whenComplete { [self] result in
      let isAbandoned = dialling == nil
      dialling = nil
      switch result {
      case .success(let channel) where isAbandoned: channel.close(promise: nil)
      case .success(let channel):
        channel.closeFuture.cascade(to: end)
        if isClosed { connection.close() } else { connection.request(head, payload, completion) }
      case .failure(let error):
        if !isAbandoned { end.succeed() }
        connection.close()
        if !isClosed { completion(.failure(dialer.clientError(for: error))) }
      }
    }
  }

  var channel: (any Channel)? { connection?.channel }

  /// Abandons the current request and closes the connection.
  func close() {
    isClosed = true
    connection?.close()
    // Does not wait for a connection attempt.
    dialling.take()?.succeed()
  }

  /// Completes once all connections are closed.
  var end: EventLoopFuture<Void> { .andAllComplete(ends, on: loop) }
}
