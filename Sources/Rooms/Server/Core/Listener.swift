internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Listens, and makes a pipeline for each connection.
final class Listener: Sendable {
  private let configuration: SocketIOServerConfiguration
  private let group: MultiThreadedEventLoopGroup
  private let core: LoopBound<ServerCore>
  private let channel = Mutex<(any Channel)?>(nil)
  private let tls = Mutex<NIOSSLContext?>(nil)
  private let loopEnd: LoopEnd
  private let isShutDown = Mutex(false)
  private let reloading = Mutex<Task<Void, Never>?>(nil)

  /// A listener and the core it works for, both of a new event loop.
  static func make(_ configuration: SocketIOServerConfiguration) -> (Listener, LoopBound<ServerCore>) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    // The loop is new, so this waits for nothing but its thread to start.
    let end = LoopEnd()
    let core = try! loop.submit { ServerCore(configuration, loop, end).bound }.wait()
    return (Listener(configuration, group, core, end), core)
  }

  init(
    _ configuration: SocketIOServerConfiguration, _ group: MultiThreadedEventLoopGroup, _ core: LoopBound<ServerCore>,
    _ loopEnd: LoopEnd
  ) {
    self.loopEnd = loopEnd
    self.configuration = configuration
    self.group = group
    self.core = core
  }

  func start() async throws -> Int {
    if let files = configuration.certificate {
      let context = try files.load()
      tls.withLock { $0 = context }
      reloading.withLock { $0 = Task { await watch(files) } }
    }
    let address = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
    let place = "\(address):\(configuration.port)"
    do {
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
      let channel =
        if let socket = configuration.listeningSocket {
          try await bootstrap.withBoundSocket(socket).get()
        } else {
          try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        }
      self.channel.withLock { $0 = channel }
      return channel.localAddress?.port ?? configuration.port
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw SocketIOServerError.addressInUse(place)
    } catch let error as IOError {
      throw SocketIOServerError.cannotListen(place, why: String(cString: strerror(error.errnoCode)).lowercased())
    } catch {
      throw SocketIOServerError.cannotListen(place, why: "there is no such address here")
    }
  }

  /// On the event loop.
  func accept(_ channel: any Channel) throws {
    try core.withValue { core in
      let peer = ClientAddress(peer: channel.remoteAddress, forwardedFor: [], trusted: [])
      let isProxy = channel.remoteAddress.flatMap { $0.plainAddress.flatMap(ClientAddress.bytes) }
        .map { address in configuration.trustedProxies.contains { $0.contains(address) } }
      guard core.admits(peer, isProxy: isProxy ?? false) else {
        channel.close(promise: nil)
        return
      }
      let pipeline = channel.pipeline.syncOperations
      let tls = tls.withLock { $0 }
      if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
      let connection = Connection(core, peer: peer, isSecure: tls != nil)
      try pipeline.addHandlers([
        connection, HTTPResponseEncoder(),
        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)), HTTPHandler(connection, core),
      ])
    }
  }

  /// Takes a new certificate as soon as there is one. Connections that there are keep theirs.
  private func watch(_ files: CertificateFiles) async {
    var known = files.state
    while (try? await Task.sleep(for: .seconds(1))) != nil {
      let state = files.state
      // The files may be in the midst of being written: they count once they stay as they are.
      guard state != known, (try? await Task.sleep(for: .milliseconds(300))) != nil, files.state == state else {
        continue
      }
      known = state
      do throws(SocketIOServerError) {
        let context = try files.load()
        tls.withLock { $0 = context }
        core.run { $0.reloadedCertificate(nil) }
      } catch {
        core.run { $0.reloadedCertificate("\(error)") }
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
    try? await channel.withLock { $0.take() }?.close().get()
    let loop = core.eventLoop
    let abort = loop.scheduleTask(in: .nanoseconds(limit.nanoseconds)) { [core] in core.withValue { $0.abort() } }
    try? await loop.flatSubmit { [core] in core.withValue { $0.stop() } }.get()
    abort.cancel()
    loopEnd.come()
    try? await group.shutdownGracefully()
  }
}
