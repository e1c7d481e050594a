internal import NIOCore
internal import NIOWebSocket

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
