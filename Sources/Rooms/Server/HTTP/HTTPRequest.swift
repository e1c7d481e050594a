internal import NIOCore
internal import NIOHTTP1

/// A whole request, once its `Host` and `Origin` have been found good.
struct HTTPRequest {
  let method: HTTPMethod
  /// As it was sent, without the query.
  let path: Substring
  let query: Substring
  let headers: HTTPHeaders
  let host: Authority
  let origin: OriginRule.Verdict
  /// Whoever asked, as the trusted proxies say.
  let client: ClientAddress
  let isSecure: Bool
  var body = ByteBuffer()
}
