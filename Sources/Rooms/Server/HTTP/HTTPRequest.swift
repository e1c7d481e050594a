internal import NIOCore
internal import NIOHTTP1

/// A whole request, once its `Host` and `Origin` have been found good.
struct HTTPRequest {
  let method: HTTPMethod
  /// As it was sent, without the query.
  let path: Substring
  let query: Substring
  let headers: HTTPHeaders
  /// The `Host`, or what a trusted proxy says that it was.
  let host: Authority
  let origin: OriginRule.Verdict
  /// Whoever asked, as the trusted proxies say.
  let client: ClientAddress
  /// Whether the client speaks HTTPS, also to a trusted proxy.
  let isSecure: Bool
  /// Whether a trusted proxy hands it on.
  var isProxied = false
  var body = ByteBuffer()
}

extension HTTPRequest {
  /// Whether a browser may be told to come by HTTPS alone: an address is none that it could be told of, and of localhost it would take
  /// that for every server of the machine. Source: RFC 6797 §7.2, §8.1.1.
  var isStrictTransportHost: Bool {
    isSecure && !Authority.isAddress(host.host) && host.host != "localhost" && !host.host.hasSuffix(".localhost")
  }
}
