public import Logging

/// How a `SocketIOServer` listens, which clients and pages it admits, and their limits.
public struct SocketIOServerConfiguration: Sendable {
  /// An address or a name; `0.0.0.0` or `::` for all addresses of the machine.
  public var host = "127.0.0.1"
  /// Whether to listen in the other address family too: with `0.0.0.0` on `::`, with `127.0.0.1` on `::1`, if the machine has
  /// IPv6.
  public var bothFamilies = false
  /// 0 for a free port.
  public var port = 0
  /// A listening socket, passed by a service manager, instead of `host` and `port`. The server closes it.
  public var listeningSocket: Int32?
  /// The Socket.IO path, beginning and ending with a slash.
  public var path = "/socket.io/"
  /// Certificate and key, for TLS.
  public var certificate: CertificateFiles?
  /// Origins of pages that may connect besides the server's own: `https://example.org`; `app://name` of apps; `null`, the origin
  /// of every page from a file or in a sandboxed frame.
  public var allowedOrigins: [String] = []
  /// Origins of pages that may embed this server's pages in a frame.
  public var framingOrigins: [String] = []
  /// Names of the server besides its addresses, localhost and the machine's name.
  public var hostNames: [String] = []
  /// The URL at which users reach the server, if its name or port differs from the server's own.
  public var externalURL: ExternalURL?
  /// Proxies whose `X-Forwarded-For`, `-Host`, `-Port` and `-Proto` are trusted.
  public var trustedProxies: [AddressRange] = []
  /// Whether to send `Strict-Transport-Security` over HTTPS: browsers then use only HTTPS for this name for a day.
  public var sendsStrictTransport = false
  /// The log of joins, departures and refusals; nil for none.
  public var audit: AuditLog?
  public var pingInterval = Duration.seconds(25)
  public var pingTimeout = Duration.seconds(20)
  public var limits = ServerLimits()
  /// What refusals, and the log, call the settings that would let a request in.
  public var settingNames = SettingNames()
  public var logger = Logger(label: "oriel.rooms") { _ in SwiftLogNoOpLogHandler() }

  public init() {}

  /// The names of settings in the program that runs the server, as its users write them.
  public struct SettingNames: Sendable, Equatable {
    public var hostNames = "hostNames"
    public var allowedOrigins = "allowedOrigins"
    public var externalURL = "externalURL"

    public init() {}
  }

  /// Whether `text` is an origin as browsers write them: `https://example.org`, or with a port; `app://name`; `file://`; `null`.
  public static func isOrigin(_ text: String) -> Bool {
    OriginRule.normalized(text) != nil && (text == "file://" || !text.hasSuffix("/"))
  }

  /// Whether `text` is valid in `framingOrigins`. Source: CSP 3, `host-source`.
  public static func isFramingOrigin(_ text: String) -> Bool {
    guard let origin = ExternalURL(text)?.origin else { return false }
    return isOrigin(text) && !origin.contains("[")
  }

  /// Whether `text` is a host name or an address.
  public static func isHostName(_ text: String) -> Bool { Authority(text)?.port == nil && Authority(text) != nil }
}
