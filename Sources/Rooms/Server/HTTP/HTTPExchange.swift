internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// A request and its pending response, which may be sent immediately or, for a poll, much later.
final class HTTPExchange {
  let request: HTTPRequest
  /// Called when the client disconnects before the response.
  var onAbandoned: (() -> Void)?
  private var handler: HTTPHandler?

  init(_ request: HTTPRequest, _ handler: HTTPHandler) {
    self.request = request
    self.handler = handler
  }

  /// Sends the response; later calls do nothing.
  func answer(_ response: HTTPResponse, closing: Bool = false) {
    guard let handler else { return }
    self.handler = nil
    onAbandoned = nil
    var response = response
    if request.origin == .allowed { response.allow(origin: request.headers.first(name: "Origin") ?? "") }
    handler.answer(response, to: request, closing: closing)
  }

  func abandon() {
    handler = nil
    onAbandoned?()
    onAbandoned = nil
  }
}

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

  /// Whether the response may have `Strict-Transport-Security`. Browsers ignore it for IP addresses; for localhost they would apply
  /// it to every server of the machine. Source: RFC 6797 §7.2, §8.1.1.
  var isStrictTransportHost: Bool {
    isSecure && !Authority.isAddress(host.host) && host.host != "localhost" && !host.host.hasSuffix(".localhost")
  }
}

struct HTTPResponse {
  var status: HTTPResponseStatus
  var headers: HTTPHeaders
  var body: ByteBuffer
  /// How long to wait before sending it.
  var delay: Duration?

  init(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  init(_ status: HTTPResponseStatus, type: String, body: ByteBuffer) {
    self.init(status, ["Content-Type": type, "Cache-Control": "no-store"], body: body)
    headers.add(name: "X-Content-Type-Options", value: "nosniff")
  }

  /// A sentence in plain text.
  static func text(_ status: HTTPResponseStatus, _ text: String) -> HTTPResponse {
    HTTPResponse(status, type: "text/plain; charset=utf-8", body: ByteBuffer(string: text + "\n"))
  }

  static func refusal(_ refusal: EngineIORefusal) -> HTTPResponse {
    HTTPResponse(.init(statusCode: refusal.status), type: "application/json", body: ByteBuffer(bytes: refusal.body))
  }

  /// Allows the page of an allowed origin to read this. Clients of socket.io 2 request with credentials, so these must be
  /// allowed, although the server uses none. Source: Fetch, §3.3 CORS protocol.
  fileprivate mutating func allow(origin: String) {
    headers.replaceOrAdd(name: "Access-Control-Allow-Origin", value: origin)
    headers.replaceOrAdd(name: "Access-Control-Allow-Credentials", value: "true")
    headers.replaceOrAdd(name: "Vary", value: "Origin")
    guard status == .noContent else { return }
    headers.replaceOrAdd(name: "Access-Control-Allow-Methods", value: "GET, POST")
    headers.replaceOrAdd(name: "Access-Control-Allow-Headers", value: "Content-Type")
    headers.replaceOrAdd(name: "Access-Control-Max-Age", value: "3600")
  }
}

/// A refused request, with the response to it.
struct AccessRefusal: Error {
  let response: HTTPResponse

  init(_ response: HTTPResponse) { self.response = response }
  init(_ refusal: EngineIORefusal) { response = .refusal(refusal) }
}
