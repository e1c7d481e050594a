internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

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
