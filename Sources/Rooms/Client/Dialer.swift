internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Makes connections to one server, directly or through a proxy.
struct Dialer: Sendable {
  let address: ServerAddress
  let headers: [(name: String, value: String)]
  private let proxy: Proxy?
  private let tls: NIOSSLContext?
  private let limit: Duration
  private let connect: Connector

  /// Connects to a host's port within a time: to the first of its addresses that answers. `attempt` gets the channel of each
  /// attempt before it is connected. The connected channel does not read yet (`autoRead` is off).
  typealias Connector =
    @Sendable (
      _ loop: any EventLoop, _ place: (host: String, port: Int), _ limit: TimeAmount,
      _ attempt: @escaping @Sendable (any Channel) -> Void
    ) -> EventLoopFuture<any Channel>

  /// Blocks: reads certificates.
  /// - Throws: `SocketIOClientError`.
  init(
    _ configuration: SocketIOClientConfiguration,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    connect: @escaping Connector = Dialer.connect
  ) throws(SocketIOClientError) {
    address = try ServerAddress(configuration)
    headers = configuration.headers
    limit = configuration.connectTimeout
    self.connect = connect
    proxy = configuration.isOwnServer ? nil : try Proxy.on(configuration.proxy, to: address, environment)
    guard address.isSecure || proxy?.isSecure == true else {
      tls = nil
      return
    }
    var settings = TLSConfiguration.makeClientConfiguration()
    settings.minimumTLSVersion = .tlsv12
    settings.applicationProtocols = ["http/1.1"]
    if configuration.isOwnServer { settings.certificateVerification = .none }
    // Replaces the system's certificates, as in OpenSSL.
    let systems = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    if let systems { settings.trustRoots = .certificates(try Self.certificates(in: systems)) }
    if let file = configuration.trustedCertificates {
      settings.additionalTrustRoots = [.certificates(try Self.certificates(in: file))]
    }
    do { tls = try NIOSSLContext(configuration: settings) } catch {
      throw .certificates(file: configuration.trustedCertificates ?? systems ?? "the system")
    }
  }

  private static func certificates(in file: String) throws(SocketIOClientError) -> [NIOSSLCertificate] {
    guard let certificates = try? NIOSSLCertificate.inFile(file), !certificates.isEmpty else {
      throw .certificates(file: file)
    }
    return certificates
  }

  /// Connects, and adds the handlers to the connected channel only: a host with several addresses is tried several times.
  /// - Parameters:
  ///   - attempt: gets the channel of each attempt, so that the caller can close it.
  ///   - configure: adds the handlers of the protocol spoken with the server.
  func dial(
    on loop: any EventLoop, attempt: @escaping @Sendable (any Channel) -> Void = { _ in },
    _ configure: @escaping @Sendable (any Channel) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    let limit = TimeAmount(limit)
    let place = proxy.map { ($0.host, $0.port) } ?? (address.host, address.port)
    return connect(loop, place, limit, attempt).flatMap { channel in
      let connected: EventLoopFuture<Void>
      do {
        if let proxy {
          if proxy.isSecure { try secure(channel, proxy.host) }
          connected = try ProxyTunnel.open(on: channel, proxy, to: address, within: limit)
        } else {
          connected = loop.makeSucceededVoidFuture()
        }
      } catch {
        connected = loop.makeFailedFuture(error)
      }
      let ready = connected.flatMapThrowing {
        if address.isSecure { try secure(channel, address.host) }
        try configure(channel)
        return channel
      }
      ready.whenFailure { _ in channel.close(promise: nil) }
      channel.setOption(.autoRead, value: true).whenFailure { _ in }
      return ready
    }
  }

  /// Connects by TCP.
  static let connect: Connector = { loop, place, limit, attempt in
    ClientBootstrap(group: loop)
      .connectTimeout(limit)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.autoRead, value: false)
      .channelInitializer { channel in
        attempt(channel)
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .connect(host: place.host, port: place.port)
  }

  private func secure(_ channel: any Channel, _ host: String) throws {
    guard let tls else { return }
    let name = ServerAddress.isNumeric(host) ? nil : host
    try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
  }

  /// The client's error for an error of NIO or of the connection.
  func clientError(for error: any Error) -> SocketIOClientError {
    switch error {
    case let error as SocketIOClientError: return error
    case let error as NIOConnectionError:
      guard let first = error.connectionErrors.first else {
        return unreachable("there is no host of that name")
      }
      return clientError(for: first.error)
    case let error as IOError:
      return unreachable(String(cString: strerror(error.errnoCode)).lowercased())
    case ChannelError.connectTimeout:
      return unreachable("no answer within \(limit.components.seconds) seconds")
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return .notTrusted(url: address.url, why: Self.reason(of: error))
    default: return .lost(url: address.url)
    }
  }

  private func unreachable(_ why: String) -> SocketIOClientError {
    proxy.map { .proxy(url: address.url, why: "\($0.url) cannot be reached: \(why)") }
      ?? .unreachable(url: address.url, why: why)
  }

  private static func reason(of error: any Error) -> String {
    let text = String(describing: error)
    // A server without TLS answers in plain HTTP, or closes the connection.
    if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "EOF during handshake"].contains(where: text.contains) {
      return SocketIOClientError.noTLS
    }
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return "its certificate is not signed by a trusted authority" }
    if error is NIOSSLExtraError { return "its certificate is for another name" }
    return "the TLS handshake failed"
  }
}
