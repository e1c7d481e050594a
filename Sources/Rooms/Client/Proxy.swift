internal import Foundation

/// An HTTP proxy that tunnels connections to a server by CONNECT (RFC 9110 §9.3.6).
struct Proxy: Sendable {
  let host: String
  let port: Int
  let isSecure: Bool
  /// The value of `Proxy-Authorization`, if the URL contains a user name.
  let authorization: String?
  /// For messages: without user name and password.
  let url: String

  /// - Throws: `SocketIOClientError.proxy` if `text` is not the address of an HTTP proxy.
  init(_ text: String, for server: ServerAddress) throws(SocketIOClientError) {
    guard let parts = URLComponents(string: text.contains("://") ? text : "http://\(text)"),
      let host = parts.percentEncodedHost, !host.isEmpty, let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), parts.port.map((1...65535).contains) ?? true
    else {
      throw .proxy(url: server.url, why: "the proxy's address must be like http://proxy.example.org:3128")
    }
    isSecure = scheme == "https"
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    self.host = isBracketed ? String(host.dropFirst().dropLast()) : host
    // The defaults of curl: 1080 for an HTTP proxy, not port 80.
    port = parts.port ?? (isSecure ? 443 : 1080)
    authorization = parts.user.map { user in
      "Basic " + Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
    }
    url = "\(scheme)://\(host):\(port)"
  }

  /// The proxy for connections to `server`; nil for none. This machine is reached without one.
  /// - Throws: `SocketIOClientError.proxy`.
  static func on(
    _ way: SocketIOClientConfiguration.ProxyChoice, to server: ServerAddress, _ environment: [String: String]
  ) throws(SocketIOClientError) -> Proxy? {
    switch way {
    case .none: return nil
    case .url(let url): return try Proxy(url, for: server)
    case .environment:
      // HTTP_PROXY in capitals is ignored: in a CGI program, the client can set it.
      let names = server.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
      guard let text = names.lazy.compactMap({ environment[$0] }).first, !text.isEmpty,
        !LocalAddress.isLoopback(server.host),
        !isExempt(server, environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
      else { return nil }
      return try Proxy(text, for: server)
    }
  }

  /// Whether `NO_PROXY` contains the server: its name, its domain, an address, a network, or `*`; optionally with a port.
  private static func isExempt(_ server: ServerAddress, _ list: String) -> Bool {
    let name = server.host.lowercased()
    let address = ClientAddress.bytes(of: name)
    return list.lowercased().split { $0 == "," || $0.isWhitespace }.contains { entry in
      var entry = String(entry)
      if entry == "*" { return true }
      if let address {
        let bare = entry.hasPrefix("[") && entry.hasSuffix("]") ? String(entry.dropFirst().dropLast()) : entry
        if AddressRange(bare)?.contains(address) == true { return true }
      }
      if let colon = entry.lastIndex(of: ":"), let port = Int(entry[entry.index(after: colon)...]) {
        guard port == server.port else { return false }
        entry = String(entry[..<colon])
        if entry == name || entry == "[\(name)]" { return true }
      }
      if entry.hasPrefix("*.") { entry.removeFirst() }
      let domain = entry.hasPrefix(".") ? entry : "." + entry
      return address == nil && (name == entry || name.hasSuffix(domain))
    }
  }
}
