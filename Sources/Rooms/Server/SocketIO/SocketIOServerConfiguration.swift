public import Logging

/// How a `SocketIOServer` listens, whom it lets in, and what clients may cost.
public struct SocketIOServerConfiguration: Sendable {
  /// An address or a name; `0.0.0.0` or `::` for all addresses of the machine.
  public var host = "127.0.0.1"
  /// 0 for one that is free.
  public var port = 0
  /// A socket that listens already, as a service manager hands it over, in place of `host` and `port`. The server closes it.
  public var listeningSocket: Int32?
  /// Where Socket.IO is, beginning and ending with a slash.
  public var path = "/socket.io/"
  /// Certificate and key, for TLS.
  public var certificate: CertificateFiles?
  /// Origins of pages that may connect besides the server's own: `https://example.org`.
  public var allowedOrigins: [String] = []
  /// What the server is called besides its addresses and localhost.
  public var hostNames: [String] = []
  /// Proxies whose `X-Forwarded-For` is believed.
  public var trustedProxies: [AddressRange] = []
  /// Who came and went, and who was refused; nil for nowhere.
  public var audit: AuditLog?
  public var pingInterval = Duration.seconds(25)
  public var pingTimeout = Duration.seconds(20)
  public var limits = ServerLimits()
  public var logger = Logger(label: "oriel.rooms") { _ in SwiftLogNoOpLogHandler() }

  public init() {}

  /// Whether `text` is an origin as browsers write them: `https://example.org`, or with a port.
  public static func isOrigin(_ text: String) -> Bool { OriginRule.normal(text) != nil && !text.hasSuffix("/") }

  /// Whether `text` is a host's name or address.
  public static func isHostName(_ text: String) -> Bool { Authority(text)?.port == nil && Authority(text) != nil }
}
