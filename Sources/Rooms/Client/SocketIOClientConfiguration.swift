public import RoomProtocol

/// Where a `SocketIOClient` finds its server, and how it behaves.
public struct SocketIOClientConfiguration: Sendable {
  /// What to try, and in which order.
  public enum Transport: String, Sendable, CaseIterable {
    /// A WebSocket, and where there is none to be had polling.
    case webSocketFirst
    /// Polling, which a WebSocket takes over from when the server offers one: as Socket.IO's own clients do it.
    case upgrade
    case webSocketOnly
    case pollingOnly
  }

  /// Which proxy the way to the server leads through, by HTTP's CONNECT.
  public enum ProxyChoice: Sendable, Equatable {
    /// The one that `https_proxy` or `HTTPS_PROXY` names, for a server without TLS `http_proxy`, unless `no_proxy` or `NO_PROXY`
    /// names the server or it is this machine.
    case environment
    case none
    /// As in `http://proxy.example.org:3128` or `https://NAME:PASSWORD@proxy.example.org`.
    case url(String)
  }

  /// `http`, `https`, `ws` or `wss`. A path in it comes before that of Socket.IO, for servers behind a proxy.
  public var url: String
  /// Where Socket.IO is, beginning and ending with a slash.
  public var path = "/socket.io/"
  public var transport = Transport.webSocketFirst
  /// The version that the server speaks; nil to find it out, the newer first.
  public var version: EngineIOVersion?
  public var namespace = "/"
  /// What a server of protocol 5 is told on connecting.
  public var auth: JSONValue?
  /// Sent with every request.
  public var headers: [(name: String, value: String)] = []
  public var proxy = ProxyChoice.environment
  /// A file of certificates, in PEM, that are trusted besides those that the system trusts, or the file in its place that
  /// `SSL_CERT_FILE` names.
  public var trustedCertificates: String?
  /// Whether the server is of this process, at an address of this machine: who it is needs no proof, and its certificate is
  /// for the name by which others reach it.
  package var isOwnServer = false
  /// How long one way to the server may take until this client is let in.
  public var connectTimeout = Duration.seconds(20)
  /// nil for a client that does not connect again.
  public var reconnection: ReconnectionPolicy? = ReconnectionPolicy()
  /// Bytes of one message, or of one answer to polling, that are taken.
  public var maxPayload = 10_000_000
  /// Bytes that may wait to be sent; while there are more, nothing else is taken.
  public var maxPendingBytes = 4_000_000
  public var limits = SocketIOLimits()

  public init(url: String) { self.url = url }

  /// The ways to the server, in the order in which they are tried.
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

  /// Checks `url` and `path` before anything is connected.
  /// - Throws: `SocketIOClientError.invalidURL`.
  public func validate() throws(SocketIOClientError) { _ = try ServerAddress(self) }
}
