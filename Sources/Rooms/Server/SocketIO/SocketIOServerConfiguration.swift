public import Logging

/// How a `SocketIOServer` listens, whom it lets in, and what clients may cost.
public struct SocketIOServerConfiguration: Sendable {
  /// An address or a name; `0.0.0.0` or `::` for all addresses of the machine.
  public var host = "127.0.0.1"
  /// Whether it listens in the other family of addresses, too: with `0.0.0.0` on `::`, with `127.0.0.1` on `::1`, as far as the
  /// machine has IPv6.
  public var bothFamilies = false
  /// 0 for one that is free.
  public var port = 0
  /// A socket that listens already, as a service manager hands it over, in place of `host` and `port`. The server closes it.
  public var listeningSocket: Int32?
  /// Where Socket.IO is, beginning and ending with a slash.
  public var path = "/socket.io/"
  /// Certificate and key, for TLS.
  public var certificate: CertificateFiles?
  /// Origins of pages that may connect besides the server's own: `https://example.org`; `app://name` of apps; `null`, which every
  /// page of a file has, and every page in a frame that is closed off.
  public var allowedOrigins: [String] = []
  /// Origins of pages that may show this server's in a frame.
  public var framingOrigins: [String] = []
  /// What the server is called besides its addresses, localhost and the machine's name.
  public var hostNames: [String] = []
  /// Where people reach the server, where that is under another name or at another port than it knows itself.
  public var externalURL: ExternalURL?
  /// Proxies whose `X-Forwarded-For`, `-Host`, `-Port` and `-Proto` are believed.
  public var trustedProxies: [AddressRange] = []
  /// Whether browsers that came by HTTPS to a name of the server are to come by nothing else for a day.
  public var sendsStrictTransport = false
  /// Who came and went, and who was refused; nil for nowhere.
  public var audit: AuditLog?
  public var pingInterval = Duration.seconds(25)
  public var pingTimeout = Duration.seconds(20)
  public var limits = ServerLimits()
  public var logger = Logger(label: "oriel.rooms") { _ in SwiftLogNoOpLogHandler() }

  public init() {}

  /// Whether `text` is an origin as browsers write them: `https://example.org`, or with a port; `app://name`; `file://`; `null`.
  public static func isOrigin(_ text: String) -> Bool {
    OriginRule.normal(text) != nil && (text == "file://" || !text.hasSuffix("/"))
  }

  /// Whether `text` is the origin of a page that may show this server's in a frame. Source: CSP 3, `host-source`.
  public static func isFramingOrigin(_ text: String) -> Bool {
    guard let origin = ExternalURL(text)?.origin else { return false }
    return isOrigin(text) && !origin.contains("[")
  }

  /// Whether `text` is a host's name or address.
  public static func isHostName(_ text: String) -> Bool { Authority(text)?.port == nil && Authority(text) != nil }
}
