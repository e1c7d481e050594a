/// What the driver of a server's session must do, in order.
public enum EngineIOServerAction: Sendable, Equatable {
  /// Send this as one text message of the WebSocket.
  case sendText([UInt8])
  /// Send this as one binary message of the WebSocket.
  case sendBinary([UInt8])
  /// Close the WebSocket after everything sent before.
  case closeWebSocket
  /// Answer the pending GET request with status 200 and this body.
  case answerPoll(EngineIOPayload)
  /// The client sent a message.
  case message(EngineIOMessage)
  /// From now on the WebSocket carries everything.
  case upgraded
  /// The session is over: remove it. The last action of a session.
  case closed(EngineIOCloseReason)
}
