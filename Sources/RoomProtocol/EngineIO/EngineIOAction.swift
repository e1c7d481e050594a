/// What the driver of a server's session must do, in order.
package enum EngineIOServerAction: Sendable, Equatable {
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

/// Why a session ended.
package enum EngineIOCloseReason: Sendable, Equatable {
  /// The other side closed it.
  case closedByPeer
  /// This side closed it.
  case closedHere
  /// The connection was lost without a closing packet or handshake.
  case lost
  /// The other side did not answer a ping, or send one, in time.
  case pingTimeout
  /// More is queued for the other side than the limits allow.
  case tooSlow
  case invalid(EngineIOError)
  /// The other side made a request, or sent a packet, that is not allowed in this state.
  case unexpected
}

/// What the driver of a client's session must do, in order.
package enum EngineIOClientAction: Sendable, Equatable {
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

/// Why a client's session ended.
package enum EngineIOClientCloseReason: Sendable, Equatable {
  case closedByPeer
  case closedHere
  /// The connection failed or was lost.
  case lost
  /// The server did not ping, or answer a ping, in time.
  case pingTimeout
  /// The server did not open the session in time.
  case connectTimeout
  /// The server answered a request with a status other than 200 (101 for a WebSocket).
  case refused(status: Int)
  case invalid(EngineIOError)
  /// The server sent a packet that is not allowed in this state.
  case unexpected
}

/// The actions by which either side sends messages of a WebSocket.
protocol EngineIOSendAction {
  static func sendText(_ bytes: [UInt8]) -> Self
  static func sendBinary(_ bytes: [UInt8]) -> Self
}

extension EngineIOServerAction: EngineIOSendAction {}
extension EngineIOClientAction: EngineIOSendAction {}
