import NIOCore
import NIOEmbedded
import NIOPosix
import RoomProtocol

@testable import Rooms

/// A room server in virtual time with emulated connections.
final class EmbeddedServer {
  let loop = EmbeddedEventLoop()
  let state: ServerState
  let limits: ServerLimits
  private let host: RoomHost
  private let listener: Listener

  /// Limits that a small input reaches.
  static let tight: ServerLimits = {
    var limits = ServerLimits()
    limits.headBytes = 2000
    limits.messageBytes = 3000
    limits.messageBytesOutsideRooms = 1000
    limits.allReceivedBytes = 5000
    limits.pendingBytes = 20_000
    limits.allPendingBytes = 50_000
    limits.connections = 8
    limits.rooms = 4
    return limits
  }()

  init(_ limits: ServerLimits) {
    self.limits = limits
    var configuration = RoomServerConfiguration()
    configuration.server.limits = limits
    configuration.server.hostNames = ["rooms.example.org"]
    configuration.server.trustedProxies = [AddressRange("10.0.0.0/8")].compactMap(\.self)
    let end = LoopEnd()
    let state = ServerState(configuration.server, loop, end)
    self.state = state
    listener = Listener(configuration.server, .singleton, state.bound, end)
    let host = RoomHost(configuration, SocketIOServer(listener, state.bound))
    self.host = host
    let site = RoomSite(configuration)
    state.routes = { request, server in site.answer(request, server, rooms: host) }
  }

  var roomCount: Int { host.roomCount }
  var memberCount: Int { host.memberCount }

  /// Connects a client.
  func connect() -> EmbeddedConnection {
    let channel = EmbeddedChannel(loop: loop)
    let address = try? SocketAddress(ipAddress: "10.0.0.1", port: 4242)
    channel.remoteAddress = address
    channel.localAddress = try? SocketAddress(ipAddress: "127.0.0.1", port: 8080)
    let gate = ReadGate()
    try? channel.pipeline.syncOperations.addHandler(gate)
    try? listener.accept(channel)
    if let address { channel.connect(to: address, promise: nil) }
    loop.run()
    return EmbeddedConnection(channel, gate)
  }

  func advance(_ time: TimeAmount) { loop.advanceTime(by: time) }

  /// Checks what must always hold, if at most `largest` bytes have arrived at once.
  func check(largest: Int) {
    var sum = 0
    for connection in state.connections.values {
      let most = max(limits.headBytes, limits.messageBytes) + largest
      precondition(connection.receivedBytes <= most, "a message over its limit")
      sum += connection.receivedBytes
    }
    precondition(sum == state.receivedBytes, "received bytes are counted wrongly")
    precondition(state.receivedBytes <= limits.allReceivedBytes, "all messages are over their limit")
    precondition(state.connections.count <= limits.connections, "too many connections")
    precondition(state.sessions.count <= limits.connections, "too many sessions")
    precondition(roomCount <= limits.rooms, "too many rooms")
  }

  /// Checks that nothing remains a while after all clients have disconnected.
  func checkEnd() {
    // A presenter's seat is kept for ten minutes; polling sessions end by timeout.
    for _ in 0..<30 { advance(.seconds(30)) }
    precondition(state.connections.isEmpty, "a connection remains")
    precondition(state.sessions.isEmpty, "a session remains")
    precondition(state.receivedBytes == 0, "received bytes are still counted")
    precondition(state.pendingBytes == 0, "pending bytes are still counted")
    precondition(memberCount == 0, "a member remains")
    precondition(roomCount == 0, "a room remains")
    state.end()
  }
}

/// One connection of a client to an `EmbeddedServer`.
final class EmbeddedConnection {
  let channel: EmbeddedChannel
  private let gate: ReadGate

  init(_ channel: EmbeddedChannel, _ gate: ReadGate) {
    self.channel = channel
    self.gate = gate
  }

  var isActive: Bool { channel.isActive }

  /// Delivers bytes from the client if the server reads.
  /// - Returns: whether it reads.
  @discardableResult
  func deliver(_ bytes: some Collection<UInt8>) -> Bool {
    guard isActive, gate.takeRequest() else { return false }
    channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
    channel.pipeline.fireChannelReadComplete()
    if isActive { channel.pipeline.read() }
    channel.embeddedEventLoop.run()
    return true
  }

  /// The server's output since the last call.
  func takeOutput() -> [UInt8] {
    var bytes: [UInt8] = []
    while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
    return bytes
  }

  /// Disconnects the client.
  func close() {
    if isActive { channel.close(promise: nil) }
    channel.embeddedEventLoop.run()
  }
}

/// First in a pipeline: remembers whether the handlers after it have requested a read, as a socket would.
final class ReadGate: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  private var isOpen = true

  func read(context: ChannelHandlerContext) {
    isOpen = true
    context.read()
  }

  func takeRequest() -> Bool {
    defer { isOpen = false }
    return isOpen
  }
}
