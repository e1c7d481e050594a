internal import NIOHTTP1

/// The client's original request according to a trusted proxy: `X-Forwarded-Host`, `X-Forwarded-Port` and `X-Forwarded-Proto`. Of
/// several values the last is the proxy's own; anyone may have written the others.
struct ForwardedRequest {
  /// The host that the client addressed; nil if the proxy does not say.
  let authority: Authority?
  /// Whether the client uses HTTPS; nil if the proxy does not say.
  let isSecure: Bool?
  /// Whether no header contains a port: the proxy may have removed it from `Host`, as nginx's `$host` does.
  let hasUnknownPort: Bool

  /// - Parameter host: the request's `Host`.
  /// - Returns: nil for an invalid `X-Forwarded-Host`.
  init?(_ headers: HTTPHeaders, host: Authority) {
    let named = Self.last("X-Forwarded-Host", headers)
    let parsed = named.flatMap { Authority($0) }
    guard named == nil || parsed != nil else { return nil }
    let port = Self.last("X-Forwarded-Port", headers).flatMap { UInt16($0) }.map(Int.init)
    isSecure = Self.last("X-Forwarded-Proto", headers).map { $0.lowercased() == "https" }
    let known = parsed?.port ?? host.port ?? port
    hasUnknownPort = known == nil
    // A name without a port gets that of `X-Forwarded-Port`.
    authority =
      parsed.map { Authority(host: $0.host, port: $0.port ?? port) }
      ?? port.map { Authority(host: host.host, port: $0) }
  }

  private static func last(_ name: String, _ headers: HTTPHeaders) -> Substring? {
    headers[name].last?.split(separator: ",", omittingEmptySubsequences: false).last.map {
      $0.drop { $0 == " " }.prefix { $0 != " " }
    }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
