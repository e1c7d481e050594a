internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

/// A refused request, with the response to it.
struct AccessRefusal: Error {
  let response: HTTPResponse

  init(_ response: HTTPResponse) { self.response = response }
  init(_ refusal: EngineIORefusal) { response = .refusal(refusal) }
}

extension HTTPResponse {
  static func refusal(_ refusal: EngineIORefusal) -> HTTPResponse {
    HTTPResponse(.init(statusCode: refusal.status), type: "application/json", body: ByteBuffer(bytes: refusal.body))
  }
}
