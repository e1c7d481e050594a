internal import NIOCore
internal import NIOHTTP1

/// Asks a proxy to connect to a server, and removes itself from the pipeline once it has.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// Bytes of the response buffered until the decoder has a complete part.
  private static let maxBytes = 16_384

  private let proxy: Proxy
  private let target: ServerAddress
  private let limit: TimeAmount
  private let opened: EventLoopPromise<Void>
  private let http: [any RemovableChannelHandler]
  private var timeout: Scheduled<Void>?
  private var status: HTTPResponseStatus?
  private var isOver = false

  private init(
    _ proxy: Proxy, to target: ServerAddress, within limit: TimeAmount, _ opened: EventLoopPromise<Void>,
    _ http: [any RemovableChannelHandler]
  ) {
    self.proxy = proxy
    self.target = target
    self.limit = limit
    self.opened = opened
    self.http = http
  }

  /// Sends CONNECT over a channel that is connected to the proxy.
  /// - Returns: completes once the proxy has connected; the channel's handlers are then as before.
  static func open(
    on channel: any Channel, _ proxy: Proxy, to target: ServerAddress, within limit: TimeAmount
  ) throws -> EventLoopFuture<Void> {
    let opened = channel.eventLoop.makePromise(of: Void.self)
    let encoder = HTTPRequestEncoder()
    let decoder = ByteToMessageHandler(
      HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes), maximumBufferSize: maxBytes)
    let tunnel = ProxyTunnel(proxy, to: target, within: limit, opened, [decoder, encoder])
    do { try channel.pipeline.syncOperations.addHandlers([encoder, decoder, tunnel]) } catch { opened.fail(error) }
    return opened.futureResult
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let host = target.host.contains(":") ? "[\(target.host)]" : target.host
    let authority = "\(host):\(target.port)"
    var head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: authority)
    head.headers.add(name: "Host", value: authority)
    if let authorization = proxy.authorization { head.headers.add(name: "Proxy-Authorization", value: authorization) }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timeout = context.eventLoop.scheduleTask(in: limit) {
      let (tunnel, context) = bound.value
      tunnel.fail(context, "no answer within \(tunnel.limit.nanoseconds / 1_000_000_000) seconds")
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      if head.status.code >= 200 { status = head.status }
      // The body of a refusal is not needed.
      if let status, !(200..<300).contains(status.code) { fail(context, Self.reason(for: status, proxy)) }
    case .body: break
    case .end: if status != nil { open(context) }
    }
  }

  private func open(_ context: ChannelHandlerContext) {
    isOver = true
    timeout?.cancel()
    let pipeline = context.pipeline.syncOperations
    let removals = http.map { pipeline.removeHandler($0) } + [pipeline.removeHandler(context: context)]
    EventLoopFuture.andAllSucceed(removals, on: context.eventLoop).cascade(to: opened)
  }

  private static func reason(for status: HTTPResponseStatus, _ proxy: Proxy) -> String {
    switch status {
    case .proxyAuthenticationRequired where proxy.authorization == nil:
      "it asks for a name and a password, as in http://NAME:PASSWORD@HOST:PORT"
    case .proxyAuthenticationRequired: "it does not accept the name and the password"
    default: "HTTP status \(status.code)"
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(context, "it hung up")
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isOver else { return context.fireErrorCaught(error) }
    fail(context, error is HTTPParserError ? "it does not speak HTTP" : "it hung up")
  }

  private func fail(_ context: ChannelHandlerContext, _ why: String) {
    guard !isOver else { return }
    isOver = true
    timeout?.cancel()
    opened.fail(SocketIOClientError.proxy(url: target.url, why: "\(proxy.url) does not open a tunnel: \(why)"))
    context.close(promise: nil)
  }
}
