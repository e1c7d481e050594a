internal import NIOCore
internal import NIOPosix
internal import NIOTLS

extension SocketIOClientConfiguration {
  /// Connects to the server and closes the connection, to find out early whether it answers and is trusted.
  /// - Throws: `SocketIOClientError`.
  package func checkReachability() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let dialer = try await NIOThreadPool.singleton.runIfActive { [self] in try Dialer(self) }
    let arrived = loop.makePromise(of: Void.self)
    do {
      let dialled = dialer.dial(on: loop) { channel in
        guard dialer.address.isSecure else { return arrived.succeed() }
        try channel.pipeline.syncOperations.addHandler(ReachabilityCheck(arrived))
      }
      dialled.whenFailure { arrived.fail($0) }
      let channel = try await dialled.get()
      // The TLS handshake gets no more time than the TCP connection.
      let timeout = loop.scheduleTask(in: TimeAmount(connectTimeout)) {
        arrived.fail(ChannelError.connectTimeout(TimeAmount(connectTimeout)))
      }
      defer {
        timeout.cancel()
        channel.close(promise: nil)
      }
      try await arrived.futureResult.get()
    } catch {
      throw dialer.clientError(for: error)
    }
  }
}

/// Completes its promise once the TLS handshake is done.
private final class ReachabilityCheck: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let arrived: EventLoopPromise<Void>

  init(_ arrived: EventLoopPromise<Void>) { self.arrived = arrived }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted = event { arrived.succeed() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { arrived.fail(error) }

  func channelInactive(context: ChannelHandlerContext) { arrived.fail(ChannelError.eof) }
}
