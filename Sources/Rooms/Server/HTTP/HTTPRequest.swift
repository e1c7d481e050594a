internal import NIOCore
internal import NIOHTTP1

/// A request whose `Host` and `Origin` were accepted.
struct HTTPRequest {
  let method: HTTPMethod
  /// As sent, without the query.
  let path: Substring
  let query: Substring
  let headers: HTTPHeaders
  /// The `Host`, or the original one according to a trusted proxy.
  let host: Authority
  let origin: OriginRule.Verdict
  /// The client according to trusted proxies.
  let client: ClientAddress
  /// Whether the client uses HTTPS, to this server or to a trusted proxy.
  let isSecure: Bool
  /// Whether a trusted proxy forwarded it.
  var isProxied = false
  var body = ByteBuffer()
}

extension HTTPRequest {
  /// Whether the response may have `Strict-Transport-Security`. Browsers ignore it for IP addresses; for localhost they would apply
  /// it to every server of the machine. Source: RFC 6797 §7.2, §8.1.1.
  var isStrictTransportHost: Bool {
    isSecure && !Authority.isAddress(host.host) && host.host != "localhost" && !host.host.hasSuffix(".localhost")
  }
}
