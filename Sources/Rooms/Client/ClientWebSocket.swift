internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// A client's WebSocket. Lives on an event loop. Its owner gets no events after `close`.
final class ClientWebSocket: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  protocol Owner: AnyObject {
    func webSocketOpened()
    func webSocketFailed(_ error: SocketIOClientError, status: Int?)
    func webSocketReceived(_ bytes: [UInt8], isText: Bool)
    func webSocketClosed(isClean: Bool)
  }

  private enum Upgraded: Sendable { case yes, no }

  private let dialer: Dialer
  private let loop: any EventLoop
  private let maxPayload: Int
  private weak var owner: (any Owner)?
  private(set) var channel: (any Channel)?
  /// Connection attempts in progress.
  private var dialling: [any Channel] = []
  private var isOpen = false
  private var isClosing = false
  private var isPaused = false
  private let ended: EventLoopPromise<Void>

  init(_ dialer: Dialer, _ loop: any EventLoop, maxPayload: Int, _ owner: any Owner) {
    self.dialer = dialer
    self.loop = loop
    self.maxPayload = maxPayload
    self.owner = owner
    ended = loop.makePromise()
  }

  /// Completes once the connection is closed, or could not be made.
  var end: EventLoopFuture<Void> { ended.futureResult }

  func open(uri: String) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri)
    head.headers.add(name: "Host", value: dialer.address.authority)
    for (name, value) in dialer.headers { head.headers.add(name: name, value: value) }
    let upgrader = NIOTypedWebSocketClientUpgrader<Upgraded>(
      maxFrameSize: maxPayload, enableAutomaticErrorHandling: false
    ) { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        let aggregator = NIOWebSocketFrameAggregator(
          minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 10_000, maxAccumulatedFrameSize: bound.value.maxPayload)
        try channel.pipeline.syncOperations.addHandlers([aggregator, bound.value])
        return .yes
      }
    }
    let request = head
    dialer.dial(on: loop, attempt: { bound.value.dialling.append($0) }) { channel in
      let refusal = RefusedUpgrade { status in bound.value.fail(nil, status: status) }
      let boundRefusal = NIOLoopBound(refusal, eventLoop: channel.eventLoop)
      let configuration = NIOTypedHTTPClientUpgradeConfiguration<Upgraded>(
        upgradeRequestHead: request, upgraders: [upgrader]
      ) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(boundRefusal.value)
          return .no
        }
      }
      let errors = PipelineErrors { error in bound.value.fail(error, status: nil) }
      var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
      // The server's first message may arrive together with its response.
      pipeline.leftOverBytesStrategy = .forwardBytes
      let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
      try channel.pipeline.syncOperations.addHandler(errors)
      upgraded.assumeIsolated().whenComplete { result in
        switch result {
        // The channel may be written to only now. Data received before is read next.
        case .success(.yes): bound.value.opened(channel)
        case .success(.no): break
        case .failure(let error): bound.value.fail(error, status: nil)
        }
      }
    }.assumeIsolated().whenComplete { result in bound.value.dialled(result) }
  }

  private func dialled(_ result: Result<any Channel, any Error>) {
    dialling = []
    switch result {
    case .success(let channel):
      self.channel = channel
      channel.closeFuture.assumeIsolated().whenComplete { [self] _ in
        fail(nil, status: nil)
        ended.succeed()
      }
      if isClosing, !isOpen { channel.close(promise: nil) }
    case .failure(let error):
      fail(error, status: nil)
      ended.succeed()
    }
  }

  private func opened(_ channel: any Channel) {
    guard !isClosing else { return }
    self.channel = channel
    isOpen = true
    if isPaused { setReading(false) }
    owner?.webSocketOpened()
  }

  /// The connection failed or closed, before or after the WebSocket was open.
  private func fail(_ error: (any Error)?, status: Int?) {
    guard !isClosing else { return }
    isClosing = true
    if isOpen {
      owner?.webSocketClosed(isClean: false)
    } else {
      var clientError = error.map(dialer.clientError) ?? .lost(url: dialer.address.url)
      if case .lost = clientError { clientError = .noServer(url: dialer.address.url, status: status) }
      owner?.webSocketFailed(clientError, status: status)
    }
    channel?.close(promise: nil)
  }

  // MARK: Messages

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary:
      guard !isClosing else { return }
      owner?.webSocketReceived(Array(buffer: frame.unmaskedData), isText: frame.opcode == .text)
    case .ping: if !isClosing { send(.pong, frame.unmaskedData) }
    case .connectionClose:
      if !isClosing {
        send(.connectionClose, frame.unmaskedData)
        isClosing = true
        owner?.webSocketClosed(isClean: true)
      }
      context.close(promise: nil)
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error, status: nil) }

  func send(_ bytes: [UInt8], isText: Bool) {
    guard isOpen, !isClosing, let channel else { return }
    send(isText ? .text : .binary, channel.allocator.buffer(bytes: bytes))
  }

  private func send(_ opcode: WebSocketOpcode, _ buffer: ByteBuffer) {
    // A client masks its frames (RFC 6455 §5.3).
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: buffer)
    channel?.writeAndFlush(frame, promise: nil)
  }

  /// Bytes sent that are still in the channel's buffer.
  var pendingBytes: Int { (try? channel?.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

  /// Sends a close frame after earlier messages, and closes when the server answers it or after a second.
  func close() {
    guard !isClosing else { return }
    isClosing = true
    guard isOpen, let channel else {
      for channel in dialling { channel.close(promise: nil) }
      if self.channel == nil { ended.succeed() }
      self.channel?.close(promise: nil)
      return
    }
    setReading(true)
    send(.connectionClose, channel.allocator.buffer(bytes: [0x03, 0xE8]))
    let timeout = loop.assumeIsolated().scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in timeout.cancel() }
  }

  /// Pauses or resumes reading; paused data stays at the server.
  func setReading(_ reads: Bool) {
    isPaused = !reads
    guard isOpen else { return }
    try? channel?.syncOptions?.setOption(.autoRead, value: reads)
  }
}

/// Reports the status of a response that refuses the upgrade to a WebSocket.
private final class RefusedUpgrade: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let onStatus: (Int) -> Void

  init(_ onStatus: @escaping (Int) -> Void) { self.onStatus = onStatus }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data) { onStatus(Int(head.status.code)) }
  }
}

/// Reports errors that reach the end of the pipeline.
private final class PipelineErrors: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let onError: (any Error) -> Void

  init(_ onError: @escaping (any Error) -> Void) { self.onError = onError }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { onError(error) }
}
