/// The pages that may use this server: its own, and those of allowed origins. A request without `Origin` is not from a page.
struct OriginRule {
  enum Verdict: Equatable {
    case own
    /// A page of an allowed origin: its browser needs CORS headers.
    case allowed
    case foreign
  }

  private let allowed: Set<String>
  /// The server's own origin at its external URL.
  private let external: String?

  /// - Parameters:
  ///   - allowed: origins as browsers write them: `https://example.org`, or with a port; `null`; `app://name`.
  ///   - external: the URL at which users reach the server.
  init(allowed: [String], external: ExternalURL? = nil) {
    self.allowed = Set(allowed.compactMap(Self.normalized))
    self.external = external?.origin
  }

  /// - Parameters:
  ///   - origin: the header; nil without one.
  ///   - host: the request's `Host`, already checked.
  ///   - forwarded: the request according to a trusted proxy.
  func judge(_ origin: String?, host: Authority, forwarded: ForwardedRequest? = nil) -> Verdict {
    guard let origin else { return .own }
    guard let normal = Self.normalized(origin) else { return .foreign }
    if normal == external { return .own }
    if let (scheme, authority) = Self.parts(origin), let port = Self.ports[scheme] {
      // A proxy may terminate TLS: only host and port must match, not the scheme.
      let own = [host, forwarded?.authority].compactMap(\.self).filter { $0.host == authority.host }
      let isOwn = own.contains { forwarded?.hasUnknownPort == true || ($0.port ?? port) == (authority.port ?? port) }
      if isOwn { return .own }
    }
    return allowed.contains(normal) ? .allowed : .foreign
  }

  /// The setting that would allow this origin, and its value; nil for an invalid origin.
  static func remedy(for origin: String, _ names: SocketIOServerConfiguration.SettingNames) -> String? {
    guard let origin = normalized(origin) else { return nil }
    let isWeb = parts(origin).map { ports[$0.scheme] != nil } ?? false
    return "\(names.allowedOrigins) \(origin)"
      + (isWeb ? ", or if people reach this server there \(names.externalURL) \(origin)" : "")
  }

  /// `origin` in normal form, for comparison; nil if invalid. A page from a file or in a sandboxed frame has `null`; an app has
  /// its own scheme, as in `capacitor://localhost`.
  static func normalized(_ origin: String) -> String? {
    if origin == "null" || origin.lowercased() == "file://" { return origin.lowercased() }
    guard let (scheme, authority) = parts(origin) else { return nil }
    let port = authority.port == ports[scheme] ? nil : authority.port
    return "\(scheme)://\(Authority(host: authority.host, port: port))"
  }

  private static let ports = ["http": 80, "https": 443]

  private static func parts(_ origin: String) -> (scheme: String, Authority)? {
    guard origin.utf8.count <= 300, let mark = origin.firstRange(of: "://") else { return nil }
    let scheme = origin[..<mark.lowerBound].lowercased()
    guard isScheme(scheme), let authority = Authority(origin[mark.upperBound...]) else { return nil }
    return (scheme, authority)
  }

  /// Source: RFC 3986 §3.1.
  private static func isScheme(_ text: String) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      switch Character(Unicode.Scalar(byte)) {
      case "a"..."z", "0"..."9", "+", "-", ".": true
      default: false
      }
    }
  }
}
