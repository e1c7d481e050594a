internal import NIOCore
internal import NIOWebSocket
internal import RoomProtocol

/// One WebSocket: puts messages together out of frames and hands them to its session.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private struct Fragments {
    let isText: Bool
    var bytes: [UInt8]
  }

  private let connection: Connection
  private let core: ServerCore
  private var session: Session?
  private var fragments: Fragments?
  private var hasSentClose = false
  /// Set once more came of a message than is taken: nothing more is understood.
  private(set) var isDeaf = false

  init(_ connection: Connection, _ core: ServerCore) {
    self.connection = connection
    self.core = core
  }

  var client: ClientAddress { connection.client }

  func attach(to session: Session) {
    self.session = session
    connection.client = session.client
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard !hasSentClose else {
      // What was said before goes out first, the reason for the close among it.
      if frame.opcode == .connectionClose { connection.closeWhenWritten() }
      return
    }
    // What a client sends is masked, and no extension was agreed on.
    guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
      return fail(.protocolError, .invalidFrame)
    }
    guard frame.length <= messageBytes else { return fail(.messageTooLarge, .frameTooLarge) }
    switch frame.opcode {
    case .text, .binary:
      guard fragments == nil else { return fail(.protocolError, .invalidFrame) }
      let isText = frame.opcode == .text
      charge(frame)
      if frame.fin {
        received(frame.unmaskedBytes, isText: isText)
      } else {
        fragments = Fragments(isText: isText, bytes: frame.unmaskedBytes)
      }
    case .continuation:
      guard var message = fragments.take() else { return fail(.protocolError, .invalidFrame) }
      guard message.bytes.count + frame.length <= messageBytes else {
        return fail(.messageTooLarge, .frameTooLarge)
      }
      charge(frame)
      message.bytes += frame.unmaskedBytes
      if frame.fin { received(message.bytes, isText: message.isText) } else { fragments = message }
    case .ping:
      connection.write(OutgoingFrame.buffer(.pong, frame.unmaskedBytes))
      charge(frame)
    case .pong: charge(frame)
    case .connectionClose:
      close(.normalClosure)
      end(isClean: true)
      connection.closeWhenWritten()
    default: fail(.protocolError, .invalidFrame)
    }
  }

  /// Counts what has come of a message that is not whole.
  /// - Parameter count: bytes of a frame; 0 when the last one was whole.
  func received(partOfFrame count: Int) {
    let all = count + (fragments?.bytes.count ?? 0)
    connection.received(partOfMessage: all)
    guard all > messageBytes else { return }
    isDeaf = true
    connection.received(partOfMessage: 0)
    if !hasSentClose { fail(.messageTooLarge, .frameTooLarge) }
    // The connection is closed by then; what more comes stays with the client.
    connection.pauseReading(until: core.now + .seconds(10))
  }

  private var messageBytes: Int { session?.messageBytes ?? core.configuration.limits.firstMessageBytes }

  func channelInactive(context: ChannelHandlerContext) {
    end(isClean: false)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Behind a frame that is none nothing can be read, and what comes of it is an error each time.
    guard !hasSentClose else { return }
    switch error as? NIOWebSocketError {
    case .invalidFrameLength: fail(.messageTooLarge, .frameTooLarge)
    case .fragmentedControlFrame, .multiByteControlFrameLength: fail(.protocolError, .invalidFrame)
    case nil: core.connectionFailed(connection, error)
    }
  }

  private func received(_ bytes: [UInt8], isText: Bool) {
    session?.receivedWebSocket(bytes, isText: isText, from: self)
  }

  /// Each frame costs as much as a message does: a ping, and a part of a message that may never end.
  private func charge(_ frame: WebSocketFrame) { session?.charge(bytes: frame.length) }

  func write(_ buffer: ByteBuffer) { connection.write(buffer) }

  /// Says goodbye, and closes when the client has answered or does not in time.
  func close(_ code: WebSocketErrorCode) {
    guard !hasSentClose else { return }
    hasSentClose = true
    let number = UInt16(webSocketErrorCode: code)
    connection.write(OutgoingFrame.buffer(.connectionClose, [UInt8(number >> 8), UInt8(number & 0xFF)]))
    connection.beganClosing()
  }

  /// Cuts the connection, whatever still waits to be sent.
  func cut() {
    hasSentClose = true
    connection.close()
  }

  func pauseReading(until time: MonotonicTime) { connection.pauseReading(until: time) }

  private func fail(_ code: WebSocketErrorCode, _ reason: Refusal) {
    core.refused(reason, client)
    close(code)
    end(isClean: false)
  }

  private func end(isClean: Bool) {
    guard let session else { return }
    self.session = nil
    fragments = nil
    session.webSocketClosed(self, isClean: isClean)
  }
}

extension WebSocketFrame {
  /// The payload, unmasked while it is copied.
  fileprivate var unmaskedBytes: [UInt8] {
    let count = data.readableBytes
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      data.withUnsafeReadableBytes { source in
        if let maskKey {
          for place in 0..<count { bytes.initializeElement(at: place, to: source[place] ^ maskKey[place & 3]) }
        } else {
          for place in 0..<count { bytes.initializeElement(at: place, to: source[place]) }
        }
      }
      initialized = count
    }
  }
}
