internal import NIOCore
internal import NIOHTTP1

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

extension HTTPResponse {
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
