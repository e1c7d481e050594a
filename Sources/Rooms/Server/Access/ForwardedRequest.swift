internal import NIOHTTP1

/// A request as the client made it, by the word of the trusted proxy that handed it on: `X-Forwarded-Host`, `X-Forwarded-Port` and
/// `X-Forwarded-Proto`. Of several values the last is the proxy's own; those before it anyone may have written.
struct ForwardedRequest {
  /// Where the client believes to be; nil where the proxy does not say.
  let authority: Authority?
  /// Whether the client speaks HTTPS; nil where the proxy does not say.
  let isSecure: Bool?
  /// Whether nobody says at which port: the proxy may have left it out of `Host`, as nginx's `$host` does.
  let hasUnknownPort: Bool

  /// - Parameter host: the request's `Host`.
  /// - Returns: nil for an `X-Forwarded-Host` that is none.
  init?(_ headers: HTTPHeaders, host: Authority) {
    let named = Self.last("X-Forwarded-Host", headers)
    let parsed = named.flatMap { Authority($0) }
    guard named == nil || parsed != nil else { return nil }
    let port = Self.last("X-Forwarded-Port", headers).flatMap { UInt16($0) }.map(Int.init)
    isSecure = Self.last("X-Forwarded-Proto", headers).map { $0.lowercased() == "https" }
    let known = parsed?.port ?? host.port ?? port
    hasUnknownPort = known == nil
    // A name without a port is at the one that is said apart.
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
