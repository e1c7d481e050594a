internal import Digest
internal import Foundation
internal import NIOHTTP1

/// The server's part of the WebSocket opening handshake. Source: RFC 6455 §4.2.
enum WebSocketHandshake {
  static func isRequested(_ headers: HTTPHeaders) -> Bool {
    headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
  }

  /// The client's key; nil for a request that is not a valid handshake of WebSocket version 13.
  static func key(_ headers: HTTPHeaders) -> String? {
    guard isRequested(headers), headers[canonicalForm: "Connection"].contains(where: { $0.lowercased() == "upgrade" }),
      headers["Sec-WebSocket-Version"] == ["13"], headers["Sec-WebSocket-Key"].count == 1,
      let key = headers.first(name: "Sec-WebSocket-Key"), Data(base64Encoded: key)?.count == 16
    else { return nil }
    return key
  }

  static func accept(_ key: String) -> String {
    let digest = SHA1.hash(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
    return Data(digest).base64EncodedString()
  }
}
