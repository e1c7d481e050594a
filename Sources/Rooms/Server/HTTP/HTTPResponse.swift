internal import NIOCore
internal import NIOHTTP1

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
}
