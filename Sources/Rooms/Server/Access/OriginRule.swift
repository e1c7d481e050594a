/// Which pages may talk to this server: its own, and those of the origins it is told. What sends no `Origin` is no page.
struct OriginRule {
  enum Verdict: Equatable {
    case own
    /// A page from elsewhere that may: CORS headers have to tell its browser so.
    case allowed
    case foreign
  }

  private let allowed: Set<String>

  /// - Parameter allowed: origins as browsers write them, `https://example.org` or with a port.
  init(allowed: [String]) {
    self.allowed = Set(allowed.compactMap(Self.normal))
  }

  /// - Parameters:
  ///   - origin: the header; nil where there is none.
  ///   - host: the request's `Host`, checked before.
  func judge(_ origin: String?, host: Authority) -> Verdict {
    guard let origin else { return .own }
    guard let (scheme, authority) = Self.parts(origin) else { return .foreign }
    // A proxy in front may have ended TLS: what counts is that the page came from this host and port.
    let port = Self.ports[scheme]
    if authority.host == host.host, (authority.port ?? port) == (host.port ?? port) { return .own }
    return Self.normal(origin).map(allowed.contains) == true ? .allowed : .foreign
  }

  /// `origin` in the one form in which it is compared; nil for what is none.
  static func normal(_ origin: String) -> String? {
    guard let (scheme, authority) = parts(origin) else { return nil }
    let host = authority.host.contains(":") ? "[\(authority.host)]" : authority.host
    guard let port = authority.port, port != ports[scheme] else { return "\(scheme)://\(host)" }
    return "\(scheme)://\(host):\(port)"
  }

  private static let ports = ["http": 80, "https": 443]

  private static func parts(_ origin: String) -> (scheme: String, Authority)? {
    guard origin.utf8.count <= 300, let mark = origin.firstRange(of: "://") else { return nil }
    let scheme = origin[..<mark.lowerBound].lowercased()
    guard ports[scheme] != nil, let authority = Authority(origin[mark.upperBound...]) else { return nil }
    return (scheme, authority)
  }
}
