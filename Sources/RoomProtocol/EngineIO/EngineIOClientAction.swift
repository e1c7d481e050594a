/// What the driver of a client's session has to do, in order.
public enum EngineIOClientAction: Sendable, Equatable {
  /// Make a GET request with this query, and tell of the answer by `pollAnswered`.
  case get(query: String)
  /// Make a POST request with this query, and tell of the answer by `postAnswered`.
  case post(query: String, EngineIOPayload)
  /// Open a WebSocket with this query, and tell how that went by `webSocketOpened` or `webSocketFailed`.
  case openWebSocket(query: String)
  /// Send this as one text message of the WebSocket.
  case sendText([UInt8])
  /// Send this as one binary message of the WebSocket.
  case sendBinary([UInt8])
  /// Close the WebSocket after what was sent before, or stop opening it.
  case closeWebSocket
  /// The session is open: messages may be sent.
  case opened(EngineIOHandshake)
  case message(EngineIOMessage)
  /// From here on everything goes over the WebSocket.
  case upgraded
  /// The session is over; requests that are still made are to be given up. The last action of a session.
  case closed(EngineIOClientCloseReason)
}
