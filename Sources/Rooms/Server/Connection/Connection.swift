internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// One connection of a client, first in its pipeline (behind TLS): bounds how long everything may take and how much waits
/// to be sent, and writes what others have made ready. Lives on the server's event loop.
final class Connection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case idle
    case head(bytes: Int)
    case body
    /// The request is whole, and its answer, or what it becomes, is another's business.
    case answering
    case sending
    case webSocket
    case closing
  }

  /// The connection as it is counted, and the client as proxies tell, which may be another for each request.
  let peer: ClientAddress
  var client: ClientAddress
  let isSecure: Bool
  /// Whether a trusted proxy speaks here for others.
  let isProxy: Bool
  let openedAt: MonotonicTime
  /// When this phase ends badly.
  private(set) var deadline: MonotonicTime?
  weak var http: HTTPHandler?
  private let core: ServerCore
  private var phase = Phase.idle
  private var context: ChannelHandlerContext?
  private var unflushed = 0
  /// What waits to be sent, as it was when somebody last looked.
  private(set) var pendingBytes = 0
  /// What has come of a message or request that is not whole yet.
  private(set) var receivedBytes = 0
  private var readsAgain: MonotonicTime?
  private var wantsRead = false

  init(_ core: ServerCore, peer: ClientAddress, isSecure: Bool, isProxy: Bool = false) {
    self.core = core
    self.peer = peer
    self.isSecure = isSecure
    self.isProxy = isProxy
    openedAt = core.now
    client = peer
  }

  var localAddress: SocketAddress? { context?.channel.localAddress }
  var remoteAddress: SocketAddress? { context?.channel.remoteAddress }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    begin(.head(bytes: 0), core.configuration.limits.headTimeout)
    core.opened(self)
  }

  func channelInactive(context: ChannelHandlerContext) {
    context.fireChannelInactive()
    core.closed(self)
    self.context = nil
    countPending()
    count(received: 0)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let count = unwrapInboundIn(data).readableBytes
    core.metrics.bytesReceived += count
    switch phase {
    case .idle: begin(.head(bytes: count), core.configuration.limits.headTimeout)
    case .head(let bytes): phase = .head(bytes: bytes + count)
    case .body, .answering, .sending, .webSocket, .closing: break
    }
    context.fireChannelRead(data)
    if case .head(let bytes) = phase, bytes > core.configuration.limits.headBytes {
      core.refused(.headTooLarge, client)
      http?.refuse(.text(.requestHeaderFieldsTooLarge, "The head of this request is too large."), isHead: false)
    }
    if case .head(let bytes) = phase { self.count(received: bytes) }
  }

  func read(context: ChannelHandlerContext) {
    if readsAgain == nil { context.read() } else { wantsRead = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // More waits than one client may let wait. Answers are never so large.
    if !context.channel.isWritable { cut() }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Phases

  /// Whether nothing is asked for, or not yet.
  var isIdle: Bool {
    switch phase {
    case .idle, .head, .body, .closing: true
    case .answering, .sending, .webSocket: false
    }
  }

  func receivedHead() { begin(.body, core.configuration.limits.bodyTimeout) }
  func receivedRequest() { begin(.answering, nil) }
  func beganAnswer() { begin(.sending, core.configuration.limits.answerTimeout) }
  func becameWebSocket() { begin(.webSocket, nil) }
  func beganClosing() { begin(.closing, .seconds(2)) }

  func answered(closing: Bool) {
    if closing { return closeWhenWritten() }
    // The next request may have come meanwhile.
    if case .sending = phase { begin(.idle, core.configuration.limits.idleTimeout) }
  }

  private func begin(_ phase: Phase, _ limit: Duration?) {
    self.phase = phase
    count(received: 0)
    deadline = limit.map { core.now + $0 }
    if let deadline { core.wake(at: deadline) }
  }

  /// To be called when `deadline` has come or `pauseReading` may be over.
  func timePassed(now: MonotonicTime) {
    if let time = readsAgain, time <= now {
      readsAgain = nil
      if wantsRead { readMore() }
    }
    guard let time = deadline, time <= now else { return }
    deadline = nil
    switch phase {
    case .head, .body:
      core.refused(.timeout, client)
      http?.refuse(.text(.requestTimeout, "This request took too long."), isHead: false)
    case .sending: cut()
    case .webSocket: drop(.timeout)
    case .idle, .closing, .answering: close()
    }
  }

  /// When `timePassed` has something to do.
  var wakeTime: MonotonicTime? {
    guard let readsAgain else { return deadline }
    return min(readsAgain, deadline ?? readsAgain)
  }

  // MARK: What has come in

  /// Counts what has come of a request's body.
  func received(partOfBody bytes: Int) { count(received: bytes) }

  /// Counts what has come of a WebSocket's message, which must be whole in time; 0 when it is.
  func received(partOfMessage bytes: Int) {
    count(received: bytes)
    guard case .webSocket = phase, (bytes > 0) != (deadline != nil) else { return }
    deadline = bytes > 0 ? core.now + core.configuration.limits.messageTimeout : nil
    if let deadline { core.wake(at: deadline) }
  }

  private func count(received count: Int) {
    // What a decoder finds while it is taken away is nobody's any more.
    let count = context == nil ? 0 : count
    guard count != receivedBytes else { return }
    let change = count - receivedBytes
    receivedBytes = count
    core.receivedBytesChanged(by: change)
  }

  /// Closes the connection of a client that leaves unfinished what it sends.
  func drop(_ reason: Refusal) {
    core.refused(reason, client)
    count(received: 0)
    close()
  }

  // MARK: Reading and writing

  /// Takes no more from the client until `time`.
  func pauseReading(until time: MonotonicTime) {
    readsAgain = max(time, readsAgain ?? time)
    core.wake(at: time)
  }

  func readMore() {
    wantsRead = false
    context?.read()
  }

  /// Writes bytes as they are; they leave at the end of the loop's turn, with all that is written until then.
  func write(_ buffer: ByteBuffer) {
    guard let context else { return }
    core.metrics.bytesSent += buffer.readableBytes
    context.write(wrapOutboundOut(buffer), promise: nil)
    unflushed += 1
    // A queue that has once grown stays as large, for each connection.
    if unflushed == 1 {
      core.flushLater(self)
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

  /// Tells the server how much waits to be sent.
  func countPending() {
    let options = context?.channel.syncOptions
    let count = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
    guard count != pendingBytes else { return }
    core.pendingBytesChanged(by: count - pendingBytes)
    pendingBytes = count
  }

  /// Ends what is sent after what was written, and closes when the client does, or after a while. To close at once would
  /// take from a client that is still sending what it was told.
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

  /// Closes the connection of a client that does not take what is sent to it.
  func cut() {
    core.metrics.slowReaders += 1
    core.refused(.slowReader, client)
    close()
  }

  /// The server is stopping: what has nothing to finish, closes.
  func stop() {
    switch phase {
    case .idle, .head: close()
    case .body, .answering, .sending, .webSocket, .closing: break
    }
  }
}
