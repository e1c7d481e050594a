/// Which pages may talk to this server: its own, and those of the origins it is told. What sends no `Origin` is no page.
struct OriginRule {
  enum Verdict: Equatable {
    case own
    /// A page from elsewhere that may: CORS headers have to tell its browser so.
    case allowed
    case foreign
  }

  private let allowed: Set<String>
  /// The server's own, where people reach it under another name or at another port than it knows itself.
  private let external: String?

  /// - Parameters:
  ///   - allowed: origins as browsers write them: `https://example.org`, or with a port; `null`; `app://name`.
  ///   - external: where people reach the server.
  init(allowed: [String], external: ExternalURL? = nil) {
    self.allowed = Set(allowed.compactMap(Self.normal))
    self.external = external?.origin
  }

  /// - Parameters:
  ///   - origin: the header; nil where there is none.
  ///   - host: the request's `Host`, checked before.
  ///   - forwarded: what a trusted proxy says of it.
  func judge(_ origin: String?, host: Authority, forwarded: ForwardedRequest? = nil) -> Verdict {
    guard let origin else { return .own }
    guard let normal = Self.normal(origin) else { return .foreign }
    if normal == external { return .own }
    if let (scheme, authority) = Self.parts(origin), let port = Self.ports[scheme] {
      // A proxy in front may have ended TLS: what counts is that the page came from this host and port.
      let own = [host, forwarded?.authority].compactMap(\.self).filter { $0.host == authority.host }
      let isOwn = own.contains { forwarded?.hasUnknownPort == true || ($0.port ?? port) == (authority.port ?? port) }
      if isOwn { return .own }
    }
    return allowed.contains(normal) ? .allowed : .foreign
  }

  /// What would let a page of this origin in; nil for one that cannot be told.
  static func remedy(for origin: String) -> String? {
    guard let origin = normal(origin) else { return nil }
    let isWeb = parts(origin).map { ports[$0.scheme] != nil } ?? false
    return "--allow-origin \(origin)" + (isWeb ? ", or if people reach this server there --external-url \(origin)" : "")
  }

  /// `origin` in the one form in which it is compared; nil for what is none. A page of a file, or in a frame that is closed off, has
  /// `null`; an app's has a scheme of its own, as in `capacitor://localhost`.
  static func normal(_ origin: String) -> String? {
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
