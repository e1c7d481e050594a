internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// Handles the requests of one connection, one at a time, and upgrades it to a WebSocket on request.
final class HTTPHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case idle
    case receiving(HTTPRequest)
    case answering
    /// Ignores further input: the last response was sent, perhaps before the request ended.
    case closing
  }

  private let connection: ServerConnection
  private let server: ServerState
  private var state = State.idle
  private var exchange: HTTPExchange?
  private var keepsAlive = false
  private var context: ChannelHandlerContext?
  /// Parts of the next request that came before the response to this one. Reading stops meanwhile, so they are few.
  private var earlyParts: [HTTPServerRequestPart] = []
  private var wantsRead = false

  init(_ connection: ServerConnection, _ server: ServerState) {
    self.connection = connection
    self.server = server
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    connection.http = self
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    connection.http = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    guard case .answering = state else { return process(part) }
    earlyParts.append(part)
    if case .body(let bytes) = part {
      connection.received(partOfBody: connection.receivedBytes + bytes.readableBytes)
    }
  }

  func read(context: ChannelHandlerContext) {
    if case .answering = state { wantsRead = true } else { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    exchange?.abandon()
    exchange = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .closing = state { return }
    guard error is HTTPParserError else { return server.connectionFailed(connection, error) }
    server.refused(.badRequest, connection.client)
    refuse(.text(.badRequest, "This is no HTTP request."), isHead: false)
  }

  // MARK: Requests

  private func process(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(let head):
      guard case .idle = state else { return }
      server.metrics.requestsTotal += 1
      keepsAlive = head.isKeepAlive && !head.headers.contains(name: "Upgrade")
      connection.receivedHead()
      switch server.admit(head, connection) {
      case .success(let request): state = .receiving(request)
      case .failure(let refusal): refuse(refusal.response, isHead: head.method == .HEAD)
      }
    case .body(let bytes):
      guard case .receiving(var request) = state else { return }
      // Releases the state's copy of the buffer, which would otherwise be copied for each part.
      state = .idle
      if request.body.readableBytes + bytes.readableBytes > server.bodyBytes(of: request) {
        server.refused(.bodyTooLarge, request.client)
        return refuse(.text(.payloadTooLarge, "This request is too large."), isHead: false)
      }
      if request.body.readableBytes == 0 { request.body = bytes } else { request.body.writeImmutableBuffer(bytes) }
      connection.received(partOfBody: request.body.readableBytes)
      state = .receiving(request)
    case .end:
      guard case .receiving(let request) = state else { return }
      state = .answering
      connection.receivedRequest()
      let exchange = HTTPExchange(request, self)
      self.exchange = exchange
      if WebSocketHandshake.isRequested(request.headers) {
        upgrade(exchange)
      } else {
        server.route(exchange, connection)
      }
    }
  }

  func answer(_ response: HTTPResponse, to request: HTTPRequest, closing: Bool) {
    guard case .answering = state else { return }
    exchange = nil
    var response = response
    if server.configuration.sendsStrictTransport, request.isStrictTransportHost {
      response.headers.replaceOrAdd(name: "Strict-Transport-Security", value: "max-age=86400")
    }
    write(response, isHead: request.method == .HEAD, closing: closing || !keepsAlive || server.isStopping)
  }

  /// Responds to an incomplete or missing request, and closes.
  func refuse(_ response: HTTPResponse, isHead: Bool) {
    switch state {
    case .idle, .receiving: write(response, isHead: isHead, closing: true)
    case .answering, .closing: connection.close()
    }
  }

  private func write(_ response: HTTPResponse, isHead: Bool, closing: Bool) {
    guard let context else { return }
    var headers = response.headers
    if response.status != .noContent {
      headers.replaceOrAdd(name: "Content-Length", value: String(response.body.readableBytes))
    }
    if closing { headers.replaceOrAdd(name: "Connection", value: "close") }
    server.metrics.bytesSent += response.body.readableBytes
    let head = HTTPResponseHead(version: .http1_1, status: response.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !isHead, response.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
    }
    state = closing ? .closing : .idle
    connection.beganAnswer()
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [connection] _ in connection.answered(closing: closing) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    if !closing { resume() }
  }

  private func resume() {
    while case .idle = state, !earlyParts.isEmpty { processEarlyParts() }
    guard wantsRead, let context else { return }
    if case .answering = state { return }
    wantsRead = false
    context.read()
  }

  private func processEarlyParts() {
    let parts = earlyParts
    earlyParts = []
    for (index, part) in parts.enumerated() {
      process(part)
      if case .answering = state {
        earlyParts = parts[(index + 1)...] + earlyParts
        return
      }
    }
  }

  // MARK: WebSocket

  private func upgrade(_ exchange: HTTPExchange) {
    let request = exchange.request
    guard request.method == .GET, let key = WebSocketHandshake.key(request.headers) else {
      server.refused(.badRequest, request.client)
      return exchange.answer(
        HTTPResponse(.upgradeRequired, ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"]), closing: true)
    }
    switch server.acceptWebSocket(request) {
    case .failure(let refusal): exchange.answer(refusal.response, closing: true)
    case .success(let open): switchProtocols(to: WebSocketHandler(connection, server), key: key, open)
    }
  }

  /// Sends the 101 response, then replaces HTTP's handlers by the WebSocket's. The HTTP decoder is removed last, and forwards
  /// the bytes after the request.
  private func switchProtocols(to webSocket: WebSocketHandler, key: String, _ open: (WebSocketHandler) -> Void) {
    guard let context else { return }
    exchange = nil
    server.metrics.webSocketsTotal += 1
    let head = HTTPResponseHead(
      version: .http1_1, status: .switchingProtocols,
      headers: [
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": WebSocketHandshake.accept(key),
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    connection.becameWebSocket()
    let pipeline = context.pipeline.syncOperations
    let decoder = ByteToMessageHandler(WebSocketInput(webSocket, maximum: server.configuration.limits.messageBytes))
    do {
      try pipeline.addHandlers([decoder, webSocket])
      open(webSocket)
      pipeline.removeHandler(context: context, promise: nil)
      pipeline.removeHandler(context: try pipeline.context(handlerType: HTTPResponseEncoder.self), promise: nil)
      pipeline.removeHandler(
        context: try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self), promise: nil)
    } catch {
      server.connectionFailed(connection, error)
    }
    if wantsRead { connection.readMore() }
  }
}
