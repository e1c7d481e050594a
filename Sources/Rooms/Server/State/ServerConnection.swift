internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// One connection of a client, first in its pipeline (after TLS): applies timeouts and bounds the data waiting to be sent, and
/// writes encoded frames. Lives on the server's event loop.
final class ServerConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case idle
    case head(bytes: Int)
    case body
    /// The request is complete; the response, or the upgrade, is being prepared.
    case answering
    case sending
    case webSocket
    case closing
  }

  /// The remote address, for counting connections.
  let peer: ClientAddress
  /// The client according to trusted proxies; may differ between requests.
  var client: ClientAddress
  let isSecure: Bool
  /// Whether the peer is a trusted proxy.
  let isProxy: Bool
  let openedAt: MonotonicTime
  /// When this phase times out.
  private(set) var deadline: MonotonicTime?
  weak var http: HTTPHandler?
  private let server: ServerState
  private var phase = Phase.idle
  private var context: ChannelHandlerContext?
  private var unflushed = 0
  /// Bytes waiting to be sent at the last `countPending`.
  private(set) var pendingBytes = 0
  /// Bytes received of an incomplete message or request.
  private(set) var receivedBytes = 0
  private var readPauseEnd: MonotonicTime?
  private var wantsRead = false

  init(_ server: ServerState, peer: ClientAddress, isSecure: Bool, isProxy: Bool = false) {
    self.server = server
    self.peer = peer
    self.isSecure = isSecure
    self.isProxy = isProxy
    openedAt = server.now
    client = peer
  }

  var localAddress: SocketAddress? { context?.channel.localAddress }
  var remoteAddress: SocketAddress? { context?.channel.remoteAddress }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    begin(.head(bytes: 0), server.configuration.limits.headTimeout)
    server.opened(self)
  }

  func channelInactive(context: ChannelHandlerContext) {
    context.fireChannelInactive()
    server.closed(self)
    self.context = nil
    countPending()
    count(received: 0)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let count = unwrapInboundIn(data).readableBytes
    server.metrics.bytesReceived += count
    switch phase {
    case .idle: begin(.head(bytes: count), server.configuration.limits.headTimeout)
    case .head(let bytes): phase = .head(bytes: bytes + count)
    case .body, .answering, .sending, .webSocket, .closing: break
    }
    context.fireChannelRead(data)
    if case .head(let bytes) = phase, bytes > server.configuration.limits.headBytes {
      server.refused(.headTooLarge, client)
      http?.refuse(.text(.requestHeaderFieldsTooLarge, "The head of this request is too large."), isHead: false)
    }
    if case .head(let bytes) = phase { self.count(received: bytes) }
  }

  func read(context: ChannelHandlerContext) {
    if readPauseEnd == nil { context.read() } else { wantsRead = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // More is waiting than one client may let wait. A single response is never that large.
    if !context.channel.isWritable { dropSlowReader() }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Phases

  /// Whether there is no complete request.
  var isIdle: Bool {
    switch phase {
    case .idle, .head, .body, .closing: true
    case .answering, .sending, .webSocket: false
    }
  }

  func receivedHead() { begin(.body, server.configuration.limits.bodyTimeout) }
  func receivedRequest() { begin(.answering, nil) }
  func beganAnswer() { begin(.sending, server.configuration.limits.answerTimeout) }
  func becameWebSocket() { begin(.webSocket, nil) }
  func beganClosing() { begin(.closing, .seconds(2)) }

  func answered(closing: Bool) {
    if closing { return closeWhenWritten() }
    // The next request may have begun meanwhile.
    if case .sending = phase { begin(.idle, server.configuration.limits.idleTimeout) }
  }

  private func begin(_ phase: Phase, _ limit: Duration?) {
    self.phase = phase
    count(received: 0)
    deadline = limit.map { server.now + $0 }
    if let deadline { server.wake(at: deadline) }
  }

  /// Handles `deadline` and the end of `pauseReading` when they are due.
  func timeoutFired(now: MonotonicTime) {
    if let time = readPauseEnd, time <= now {
      readPauseEnd = nil
      if wantsRead { readMore() }
    }
    guard let time = deadline, time <= now else { return }
    deadline = nil
    switch phase {
    case .head, .body:
      server.refused(.timeout, client)
      http?.refuse(.text(.requestTimeout, "This request took too long."), isHead: false)
    case .sending: dropSlowReader()
    case .webSocket: drop(.timeout)
    case .idle, .closing, .answering: close()
    }
  }

  /// When `timeoutFired` is due.
  var wakeTime: MonotonicTime? {
    guard let readPauseEnd else { return deadline }
    return min(readPauseEnd, deadline ?? readPauseEnd)
  }

  // MARK: Received data

  /// Counts the bytes received of a request's body.
  func received(partOfBody bytes: Int) { count(received: bytes) }

  /// Counts the bytes received of a WebSocket message, which must be complete in time; 0 when it is complete.
  func received(partOfMessage bytes: Int) {
    count(received: bytes)
    guard case .webSocket = phase, (bytes > 0) != (deadline != nil) else { return }
    deadline = bytes > 0 ? server.now + server.configuration.limits.messageTimeout : nil
    if let deadline { server.wake(at: deadline) }
  }

  private func count(received count: Int) {
    // A decoder still calls this while it is being removed.
    let count = context == nil ? 0 : count
    guard count != receivedBytes else { return }
    let change = count - receivedBytes
    receivedBytes = count
    server.receivedBytesChanged(by: change)
  }

  /// Closes the connection of a client that does not complete its request or message.
  func drop(_ reason: Refusal) {
    server.refused(reason, client)
    count(received: 0)
    close()
  }

  // MARK: Reading and writing

  /// Reads nothing from the client until `time`.
  func pauseReading(until time: MonotonicTime) {
    readPauseEnd = max(time, readPauseEnd ?? time)
    server.wake(at: time)
  }

  func readMore() {
    wantsRead = false
    context?.read()
  }

  /// Writes bytes unchanged. They are flushed at the end of the event loop's tick, together with all others.
  func write(_ buffer: ByteBuffer) {
    guard let context else { return }
    server.metrics.bytesSent += buffer.readableBytes
    context.write(wrapOutboundOut(buffer), promise: nil)
    unflushed += 1
    // Flushes every 32 writes: the channel's write queue never shrinks after it has grown.
    if unflushed == 1 {
      server.flushLater(self)
    } else if unflushed == 32 {
      context.flush()
      unflushed = 1
    }
  }

  func flush() {
    unflushed = 0
    context?.flush()
    countPending()
  }

  /// Reports the bytes waiting to be sent to the server.
  func countPending() {
    let options = context?.channel.syncOptions
    let count = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
    guard count != pendingBytes else { return }
    server.pendingBytesChanged(by: count - pendingBytes)
    pendingBytes = count
  }

  /// Closes the sending side after the pending writes, and the connection when the client closes it or after 2 s. Closing
  /// immediately would reset the connection of a client that is still sending, and lose the response.
  func closeWhenWritten() {
    guard let context else { return }
    begin(.closing, .seconds(2))
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] _ in endSending() }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
  }

  private func endSending() {
    guard let context else { return }
    let ended = context.eventLoop.makePromise(of: Void.self)
    ended.futureResult.assumeIsolated().whenFailure { [self] _ in close() }
    context.close(mode: .output, promise: ended)
  }

  func close() {
    context?.close(promise: nil)
  }

  /// Closes the connection of a client that does not read what is sent to it.
  func dropSlowReader() {
    server.metrics.slowReaders += 1
    server.refused(.slowReader, client)
    close()
  }

  /// The server is stopping: closes if no request is in progress.
  func stop() {
    switch phase {
    case .idle, .head: close()
    case .body, .answering, .sending, .webSocket, .closing: break
    }
  }
}
