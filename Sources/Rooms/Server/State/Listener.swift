internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Listens, and sets up the pipeline of each connection.
final class Listener: Sendable {
  private let configuration: SocketIOServerConfiguration
  private let group: MultiThreadedEventLoopGroup
  private let server: LoopBound<ServerState>
  private let channels = Mutex<[any Channel]>([])
  private let tls = Mutex<NIOSSLContext?>(nil)
  private let loopEnd: LoopEnd
  private let isShutDown = Mutex(false)
  private let reloading = Mutex<Task<Void, Never>?>(nil)

  /// A listener and its server's state, both on a new event loop.
  static func make(_ configuration: SocketIOServerConfiguration) -> (Listener, LoopBound<ServerState>) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    // The loop is new: this waits only for its thread to start.
    let end = LoopEnd()
    let server = try! loop.submit { ServerState(configuration, loop, end).bound }.wait()
    return (Listener(configuration, group, server, end), server)
  }

  init(
    _ configuration: SocketIOServerConfiguration, _ group: MultiThreadedEventLoopGroup,
    _ server: LoopBound<ServerState>,
    _ loopEnd: LoopEnd
  ) {
    self.loopEnd = loopEnd
    self.configuration = configuration
    self.group = group
    self.server = server
  }

  func start() async throws -> Int {
    if let files = configuration.certificate {
      let context = try files.load()
      tls.withLock { $0 = context }
      reloading.withLock { $0 = Task { await reloadChanges(of: files) } }
    }
    if let socket = configuration.listeningSocket {
      return try await open(configuration.host, configuration.port) { $0.withBoundSocket(socket) }
    }
    guard configuration.bothFamilies else { return try await bind(configuration.host, configuration.port) }
    switch configuration.host {
    case "0.0.0.0", "::": return try await bindEverywhere()
    case "127.0.0.1", "::1": return try await bindLoopback()
    default: return try await bind(configuration.host, configuration.port)
    }
  }

  /// An IPv6 socket accepts IPv4 as well; without IPv6, listens on IPv4 only.
  private func bindEverywhere() async throws(SocketIOServerError) -> Int {
    do throws(SocketIOServerError) {
      return try await bind("::", configuration.port)
    } catch {
      guard case .cannotListen = error else { throw error }
      return try await bind("0.0.0.0", configuration.port)
    }
  }

  /// Both loopback addresses at one port, if the machine has them: for `localhost`, browsers try either.
  private func bindLoopback() async throws(SocketIOServerError) -> Int {
    var tries = configuration.port == 0 ? 10 : 1
    while true {
      tries -= 1
      let port = try await bind("127.0.0.1", configuration.port)
      do throws(SocketIOServerError) {
        return try await bind("::1", port)
      } catch {
        guard case .addressInUse = error else { return port }
        await close()
        // A port that is free in one family may be in use in the other.
        if tries == 0 { throw error }
      }
    }
  }

  private func bind(_ host: String, _ port: Int) async throws(SocketIOServerError) -> Int {
    // Avoids looking up an IP address: on a machine with only IPv6, the result would be an IPv6 address.
    let address = try? SocketAddress(ipAddress: host, port: port)
    return try await open(host, port) { bootstrap in
      address.map { bootstrap.bind(to: $0) } ?? bootstrap.bind(host: host, port: port)
    }
  }

  private func open(
    _ host: String, _ port: Int, _ open: (ServerBootstrap) -> EventLoopFuture<any Channel>
  ) async throws(SocketIOServerError) -> Int {
    let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: 32_768, high: max(configuration.limits.pendingBytes, 65_536))
      )
      .childChannelOption(
        // Each connection keeps the buffer that it last read into.
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1024, maximum: 16_384)
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try accept(channel) }
      }
    do {
      let channel = try await open(bootstrap).get()
      channels.withLock { $0.append(channel) }
      return channel.localAddress?.port ?? port
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw SocketIOServerError.addressInUse(place)
    } catch let error as IOError {
      throw SocketIOServerError.cannotListen(place, why: String(cString: strerror(error.errnoCode)).lowercased())
    } catch {
      throw SocketIOServerError.cannotListen(place, why: "there is no such address here")
    }
  }

  private func close() async {
    let open = channels.withLock { channels in
      defer { channels = [] }
      return channels
    }
    for channel in open { try? await channel.close().get() }
  }

  /// Call it on the event loop.
  func accept(_ channel: any Channel) throws {
    try server.withValue { server in
      let peer = ClientAddress(peer: channel.remoteAddress, forwardedFor: [], trusted: [])
      let isProxy =
        channel.remoteAddress.flatMap { $0.plainAddress.flatMap(ClientAddress.bytes) }
        .map { address in configuration.trustedProxies.contains { $0.contains(address) } } ?? false
      guard server.admits(peer, isProxy: isProxy) else {
        channel.close(promise: nil)
        return
      }
      let pipeline = channel.pipeline.syncOperations
      let tls = tls.withLock { $0 }
      if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
      let connection = ServerConnection(server, peer: peer, isSecure: tls != nil, isProxy: isProxy)
      try pipeline.addHandlers([
        connection, HTTPResponseEncoder(),
        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)), HTTPHandler(connection, server),
      ])
    }
  }

  /// Loads the certificate again when its files change. Open connections keep theirs.
  private func reloadChanges(of files: CertificateFiles) async {
    var known = files.state
    while (try? await Task.sleep(for: .seconds(1))) != nil {
      let state = files.state
      // The files may be half written: waits until they stop changing.
      guard state != known, (try? await Task.sleep(for: .milliseconds(300))) != nil, files.state == state else {
        continue
      }
      known = state
      do throws(SocketIOServerError) {
        let context = try files.load()
        tls.withLock { $0 = context }
        server.run { $0.reloadedCertificate(nil) }
      } catch {
        server.run { $0.reloadedCertificate("\(error)") }
      }
    }
  }

  func shutdown(within limit: Duration) async {
    guard
      !isShutDown.withLock({ isShutDown in
        defer { isShutDown = true }
        return isShutDown
      })
    else { return }
    reloading.withLock { $0.take() }?.cancel()
    await close()
    let loop = server.eventLoop
    let abort = loop.scheduleTask(in: TimeAmount(limit)) { [server] in server.withValue { $0.abort() } }
    try? await loop.flatSubmit { [server] in server.withValue { $0.stop() } }.get()
    abort.cancel()
    try? await loop.submit { [server] in server.withValue { $0.end() } }.get()
    loopEnd.markEnded()
    try? await group.shutdownGracefully()
  }
}
