public import RoomProtocol

/// The server of a `SocketIOClient`, and the client's settings.
public struct SocketIOClientConfiguration: Sendable {
  /// Which transports to try, in which order.
  public enum Transport: String, Sendable, CaseIterable {
    /// A WebSocket; polling if that fails.
    case webSocketFirst
    /// Polling, upgraded to a WebSocket when the server offers it, like Socket.IO's own clients.
    case upgrade
    case webSocketOnly
    case pollingOnly
  }

  /// The HTTP proxy (CONNECT) for connections to the server.
  public enum ProxyChoice: Sendable, Equatable {
    /// The proxy in `https_proxy` or `HTTPS_PROXY`, or in `http_proxy` for a server without TLS. None if `no_proxy` or
    /// `NO_PROXY` contains the server, or if the server is this machine.
    case environment
    case none
    /// Such as `http://proxy.example.org:3128` or `https://NAME:PASSWORD@proxy.example.org`.
    case url(String)
  }

  /// `http`, `https`, `ws` or `wss`. Its path is put before the Socket.IO path, for servers behind a proxy.
  public var url: String
  /// The Socket.IO path, beginning and ending with a slash.
  public var path = "/socket.io/"
  public var transport = Transport.webSocketFirst
  /// The server's version; nil to try both, the newer first.
  public var version: EngineIOVersion?
  public var namespace = "/"
  /// Sent to a server of Socket.IO protocol 5 on connecting.
  public var auth: JSONValue?
  /// Sent with every request.
  public var headers: [(name: String, value: String)] = []
  public var proxy = ProxyChoice.environment
  /// A PEM file of certificates that are trusted in addition to the system's, or to those in `SSL_CERT_FILE`.
  public var trustedCertificates: String?
  /// Whether the server runs in this process, at an address of this machine. Its certificate is then not verified: it is for
  /// the server's external name.
  package var isOwnServer = false
  /// How long one attempt may take until the server accepts this client.
  public var connectTimeout = Duration.seconds(20)
  /// nil for a client that does not reconnect.
  public var reconnection: ReconnectionPolicy? = ReconnectionPolicy()
  /// The largest message, or polling response, that is accepted, in bytes.
  public var maxPayload = 10_000_000
  /// The limit of the send queue in bytes; beyond it, `emit` throws.
  public var maxPendingBytes = 4_000_000
  public var limits = SocketIOLimits()

  public init(url: String) { self.url = url }

  /// The combinations of version and transport, in the order in which they are tried.
  var ways: [ConnectionPlan.Way] {
    let versions = version.map { [$0] } ?? [.v4, .v3]
    return versions.flatMap { version -> [ConnectionPlan.Way] in
      switch transport {
      case .webSocketFirst: [.init(version, .webSocket), .init(version, .polling)]
      case .upgrade: [.init(version, .polling, mayUpgrade: true)]
      case .webSocketOnly: [.init(version, .webSocket)]
      case .pollingOnly: [.init(version, .polling)]
      }
    }
  }

  /// Checks `url` and `path` without connecting.
  /// - Throws: `SocketIOClientError.invalidURL`.
  public func validate() throws(SocketIOClientError) { _ = try ServerAddress(self) }
}
