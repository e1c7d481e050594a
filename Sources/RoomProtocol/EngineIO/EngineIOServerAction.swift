/// What the driver of a server's session has to do, in order.
public enum EngineIOServerAction: Sendable, Equatable {
  /// Send this as one text message of the WebSocket.
  case sendText([UInt8])
  /// Send this as one binary message of the WebSocket.
  case sendBinary([UInt8])
  /// Close the WebSocket after what was sent before.
  case closeWebSocket
  /// Answer the GET request that waits with status 200 and this body.
  case answerPoll(EngineIOPayload)
  /// The client sent a message.
  case message(EngineIOMessage)
  /// From here on everything goes over the WebSocket.
  case upgraded
  /// The session is over: forget it. The last action of a session.
  case closed(EngineIOCloseReason)
}
