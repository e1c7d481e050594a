/// What the driver of a client's session must do, in order.
public enum EngineIOClientAction: Sendable, Equatable {
  /// Make a GET request with this query, and report the answer with `pollAnswered`.
  case get(query: String)
  /// Make a POST request with this query, and report the answer with `postAnswered`.
  case post(query: String, EngineIOPayload)
  /// Open a WebSocket with this query, and report the result with `webSocketOpened` or `webSocketFailed`.
  case openWebSocket(query: String)
  /// Send this as one text message of the WebSocket.
  case sendText([UInt8])
  /// Send this as one binary message of the WebSocket.
  case sendBinary([UInt8])
  /// Close the WebSocket after everything sent before, or stop opening it.
  case closeWebSocket
  /// The session is open: messages can be sent.
  case opened(EngineIOHandshake)
  case message(EngineIOMessage)
  /// From now on the WebSocket carries everything.
  case upgraded
  /// The session is over: cancel its requests. The last action of a session.
  case closed(EngineIOClientCloseReason)
}
