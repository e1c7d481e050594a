internal import NIOCore
internal import NIOWebSocket

/// Takes frames out of what comes in, and tells how much there is of one that is not whole yet.
final class WebSocketInput: ByteToMessageDecoder {
  typealias InboundOut = WebSocketFrame

  private let frames: WebSocketFrameDecoder
  private unowned let webSocket: WebSocketHandler

  /// - Parameter maximum: bytes of a frame's payload that are taken.
  init(_ webSocket: WebSocketHandler, maximum: Int) {
    self.webSocket = webSocket
    frames = WebSocketFrameDecoder(maxFrameSize: maximum)
  }

  func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard !webSocket.isDeaf else {
      buffer.moveReaderIndex(to: buffer.writerIndex)
      return .needMoreData
    }
    let state = try frames.decode(context: context, buffer: &buffer)
    // A header alone is a beginning, too.
    webSocket.received(partOfFrame: state == .continue ? 0 : max(buffer.readableBytes, 1))
    // What is too much is not kept until the connection is closed.
    if webSocket.isDeaf { buffer.moveReaderIndex(to: buffer.writerIndex) }
    return state
  }
}
