internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Makes connections to one server.
struct Dialer: Sendable {
  let address: ServerAddress
  let headers: [(name: String, value: String)]
  private let tls: NIOSSLContext?
  private let limit: Duration

  /// Blocks: reads certificates.
  /// - Throws: `SocketIOClientError`.
  init(_ configuration: SocketIOClientConfiguration) throws(SocketIOClientError) {
    address = try ServerAddress(configuration)
    headers = configuration.headers
    limit = configuration.connectTimeout
    guard address.isSecure else {
      tls = nil
      return
    }
    var settings = TLSConfiguration.makeClientConfiguration()
    settings.minimumTLSVersion = .tlsv12
    settings.applicationProtocols = ["http/1.1"]
    if configuration.isOwnServer { settings.certificateVerification = .none }
    if let file = configuration.trustedCertificates {
      guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
        throw .certificates(file: file)
      }
      settings.additionalTrustRoots = [.certificates(certificates)]
    }
    do { tls = try NIOSSLContext(configuration: settings) } catch {
      throw .certificates(file: configuration.trustedCertificates ?? "the system")
    }
  }

  /// Connects, and gives the channel its first handlers.
  func dial(
    on loop: any EventLoop, _ configure: @escaping @Sendable (any Channel) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    ClientBootstrap(group: loop)
      .connectTimeout(.nanoseconds(limit.nanoseconds))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            let name = address.isNumeric ? nil : address.host
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
          }
          try configure(channel)
        }
      }
      .connect(host: address.host, port: address.port)
  }

  /// What an error of a connection means.
  func meaning(of error: any Error) -> SocketIOClientError {
    switch error {
    case let error as NIOConnectionError:
      guard let first = error.connectionErrors.first else {
        return .unreachable(url: address.url, why: "there is no host of that name")
      }
      return meaning(of: first.error)
    case let error as IOError:
      return .unreachable(url: address.url, why: String(cString: strerror(error.errnoCode)).lowercased())
    case ChannelError.connectTimeout:
      return .unreachable(url: address.url, why: "no answer within \(limit.components.seconds) seconds")
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return .notTrusted(url: address.url, why: Self.reason(of: error))
    default: return .lost(url: address.url)
    }
  }

  private static func reason(of error: any Error) -> String {
    let text = String(describing: error)
    // Some answer in plain HTTP, some hang up.
    if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "EOF during handshake"].contains(where: text.contains) {
      return "it does not speak TLS"
    }
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return "nobody who is trusted vouches for its certificate" }
    if error is NIOSSLExtraError { return "its certificate is for another name" }
    return "the TLS handshake failed"
  }
}
