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

/// One connection of an `HTTPLane`: makes one request at a time.
final class HTTPLaneConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  /// Whether another request may be made.
  private(set) var isReusable = true
  private let dialer: Dialer
  private let maxPayload: Int
  private var response = HTTPLane.Response()
  private var completion: HTTPLane.Completion?
  private(set) var channel: (any Channel)?

  init(_ dialer: Dialer, maxPayload: Int) {
    self.dialer = dialer
    self.maxPayload = maxPayload
  }

  func request(_ head: HTTPRequestHead, _ payload: EngineIOPayload?, _ completion: @escaping HTTPLane.Completion) {
    guard let channel, channel.isActive else { return completion(.failure(.lost(url: dialer.address.url))) }
    self.completion = completion
    response = HTTPLane.Response()
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    if let payload {
      let body = channel.allocator.buffer(bytes: payload.bytes)
      channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
    }
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  /// Abandons the current request and closes the connection.
  func close() {
    completion = nil
    isReusable = false
    channel?.close(promise: nil)
  }

  func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard head.status.code >= 200 else { return }
      response.status = Int(head.status.code)
      let type = head.headers.first(name: "Content-Type") ?? ""
      response.isBinary = type.hasPrefix("application/octet-stream")
      response.isPlainText = type.hasPrefix("text/plain")
      isReusable = isReusable && head.isKeepAlive
    case .body(let buffer):
      guard response.body.count + buffer.readableBytes <= maxPayload else { return fail(nil) }
      response.body += buffer.readableBytesView
    case .end:
      // Taken before the close, which would fail the request.
      let completion = completion.take()
      if !isReusable { context.close(promise: nil) }
      completion?(.success(response))
    }
  }

  func channelInactive(context: ChannelHandlerContext) { fail(nil) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

  private func fail(_ error: (any Error)?) {
    isReusable = false
    let completion = completion.take()
    channel?.close(promise: nil)
    completion?(.failure(error.map(dialer.clientError) ?? .noServer(url: dialer.address.url, status: nil)))
  }
}
