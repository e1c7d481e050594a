internal import Foundation

/// The address of a client's server.
struct ServerAddress: Sendable {
  /// For messages: without anything that may be secret.
  let url: String
  let host: String
  let port: Int
  let isSecure: Bool
  /// The Socket.IO path.
  let path: String

  /// - Throws: `SocketIOClientError.invalidURL`.
  init(_ configuration: SocketIOClientConfiguration) throws(SocketIOClientError) {
    guard let parts = URLComponents(string: configuration.url), let host = parts.percentEncodedHost, !host.isEmpty,
      let scheme = parts.scheme?.lowercased(), ["http", "https", "ws", "wss"].contains(scheme),
      parts.user == nil, parts.query == nil, parts.fragment == nil, parts.port.map((1...65535).contains) ?? true,
      configuration.path.hasPrefix("/")
    else { throw .invalidURL(configuration.url) }
    isSecure = scheme == "https" || scheme == "wss"
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    self.host = isBracketed ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? (isSecure ? 443 : 80)
    let prefix = parts.percentEncodedPath
    path = (prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix) + configuration.path
    url = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "") + prefix
  }

  /// The value of the `Host` header.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// Whether `host` is an IP address.
  static func isNumeric(_ host: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
  }
}
