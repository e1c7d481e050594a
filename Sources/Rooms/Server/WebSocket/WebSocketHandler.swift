internal import Digest
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket
internal import RoomProtocol

/// One WebSocket: assembles messages from frames and passes them to its session.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private struct Fragments {
    let isText: Bool
    var bytes: [UInt8]
  }

  private let connection: ServerConnection
  private let server: ServerState
  private var session: ClientSession?
  private var fragments: Fragments?
  private var hasSentClose = false
  /// Set after a message that is too large: further input is discarded.
  private(set) var discardsInput = false

  init(_ connection: ServerConnection, _ server: ServerState) {
    self.connection = connection
    self.server = server
  }

  var client: ClientAddress { connection.client }

  func attach(to session: ClientSession) {
    self.session = session
    connection.client = session.client
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard !hasSentClose else {
      // Pending writes, including the close frame, are sent first.
      if frame.opcode == .connectionClose { connection.closeWhenWritten() }
      return
    }
    // A client must mask its frames, and no extension was negotiated.
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

  /// Counts the bytes received of an incomplete message.
  /// - Parameter count: bytes of an incomplete frame; 0 if there is none.
  func received(partOfFrame count: Int) {
    let all = count + (fragments?.bytes.count ?? 0)
    connection.received(partOfMessage: all)
    guard all > messageBytes else { return }
    discardsInput = true
    connection.received(partOfMessage: 0)
    if !hasSentClose { fail(.messageTooLarge, .frameTooLarge) }
    // Stops reading; the connection will be closed before reading resumes.
    connection.pauseReading(until: server.now + .seconds(10))
  }

  private var messageBytes: Int { session?.messageBytes ?? server.configuration.limits.firstMessageBytes }

  func channelInactive(context: ChannelHandlerContext) {
    end(isClean: false)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // After an invalid frame, all further input causes errors.
    guard !hasSentClose else { return }
    switch error as? NIOWebSocketError {
    case .invalidFrameLength: fail(.messageTooLarge, .frameTooLarge)
    case .fragmentedControlFrame, .multiByteControlFrameLength: fail(.protocolError, .invalidFrame)
    case nil: server.connectionFailed(connection, error)
    }
  }

  private func received(_ bytes: [UInt8], isText: Bool) {
    session?.receivedWebSocket(bytes, isText: isText, from: self)
  }

  /// Counts each frame like a message, including pings and fragments of a message that may never end.
  private func charge(_ frame: WebSocketFrame) { session?.charge(bytes: frame.length) }

  func write(_ buffer: ByteBuffer) { connection.write(buffer) }

  /// Sends a close frame, and closes when the client answers it or after a timeout.
  func close(_ code: WebSocketErrorCode) {
    guard !hasSentClose else { return }
    hasSentClose = true
    let number = UInt16(webSocketErrorCode: code)
    connection.write(OutgoingFrame.buffer(.connectionClose, [UInt8(number >> 8), UInt8(number & 0xFF)]))
    connection.beganClosing()
  }

  /// Closes the connection without sending pending data.
  func abort() {
    hasSentClose = true
    connection.close()
  }

  func pauseReading(until time: MonotonicTime) { connection.pauseReading(until: time) }

  private func fail(_ code: WebSocketErrorCode, _ reason: Refusal) {
    server.refused(reason, client)
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
  /// A copy of the payload, unmasked.
  fileprivate var unmaskedBytes: [UInt8] {
    let count = data.readableBytes
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      data.withUnsafeReadableBytes { source in
        if let maskKey {
          for index in 0..<count { bytes.initializeElement(at: index, to: source[index] ^ maskKey[index & 3]) }
        } else {
          for index in 0..<count { bytes.initializeElement(at: index, to: source[index]) }
        }
      }
      initialized = count
    }
  }
}

/// Decodes frames, and reports the bytes received of an incomplete one.
final class WebSocketInput: ByteToMessageDecoder {
  typealias InboundOut = WebSocketFrame

  private let frames: WebSocketFrameDecoder
  private unowned let webSocket: WebSocketHandler

  /// - Parameter maximum: the largest payload of a frame, in bytes.
  init(_ webSocket: WebSocketHandler, maximum: Int) {
    self.webSocket = webSocket
    frames = WebSocketFrameDecoder(maxFrameSize: maximum)
  }

  func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard !webSocket.discardsInput else {
      buffer.moveReaderIndex(to: buffer.writerIndex)
      return .needMoreData
    }
    let state = try frames.decode(context: context, buffer: &buffer)
    // A frame of which only part of the header arrived counts as incomplete, too.
    webSocket.received(partOfFrame: state == .continue ? 0 : max(buffer.readableBytes, 1))
    // Discards an oversized frame now, not when the connection closes.
    if webSocket.discardsInput { buffer.moveReaderIndex(to: buffer.writerIndex) }
    return state
  }
}

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
