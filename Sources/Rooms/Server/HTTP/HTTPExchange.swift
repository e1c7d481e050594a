internal import NIOCore
internal import NIOHTTP1

/// A request that waits for its answer, which may come at once or, for a poll, much later.
final class HTTPExchange {
  let request: HTTPRequest
  /// Called when the client is gone before it was answered.
  var onAbandoned: (() -> Void)?
  private var handler: HTTPHandler?

  init(_ request: HTTPRequest, _ handler: HTTPHandler) {
    self.request = request
    self.handler = handler
  }

  /// Answers; a second answer is none.
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
  /// Lets the page of a foreign origin read this. Clients of socket.io 2 send credentials along, though there are none.
  /// Source: Fetch, §3.3 CORS protocol.
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
