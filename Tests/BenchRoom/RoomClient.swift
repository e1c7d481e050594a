import NIOCore

/// A minimal client: it opens a WebSocket, joins rooms, and counts the messages it receives. Runs on the swarm's event loop.
final class RoomClient: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State { case http, open, connected }

  private let rooms: [String]
  private let swarm: Swarm
  private var state = State.http
  private var received = ByteBuffer()
  private var joined = 0
  private var context: ChannelHandlerContext?

  init(rooms: [String], swarm: Swarm) {
    self.rooms = rooms
    self.swarm = swarm
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    let request = """
      GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
      Host: 127.0.0.1\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
      Sec-WebSocket-Version: 13\r
      \r

      """
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    swarm.lost()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    if received.readableBytes == 0 { received = buffer } else { received.writeImmutableBuffer(buffer) }
    if state == .http, !readHead() { return }
    while let text = nextMessage() { take(text) }
    if received.readableBytes == 0 { received = ByteBuffer() }
  }

  /// Joins one more room.
  func join(_ room: String) { send("42[\"join\",\"\(room)\"]") }

  /// Sends a message to a room.
  func message(_ room: String, _ data: String) { send("42[\"message\",\"\(room)\",\(data)]") }

  func close() { context?.close(promise: nil) }

  private func readHead() -> Bool {
    let text = received.readableBytesView
    guard let end = text.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
    received.moveReaderIndex(to: end.upperBound)
    state = .open
    return true
  }

  /// The next message; nil until it is complete. Servers do not mask, and do not fragment such short messages.
  private func nextMessage() -> ByteBufferView? {
    guard var length = received.getInteger(at: received.readerIndex + 1, as: UInt8.self).map(Int.init) else {
      return nil
    }
    var head = 2
    if length == 126 {
      guard let long = received.getInteger(at: received.readerIndex + 2, as: UInt16.self) else { return nil }
      (length, head) = (Int(long), 4)
    } else if length == 127 {
      guard let long = received.getInteger(at: received.readerIndex + 2, as: UInt64.self) else { return nil }
      (length, head) = (Int(long), 10)
    }
    guard received.readableBytes >= head + length else { return nil }
    received.moveReaderIndex(forwardBy: head)
    return received.readSlice(length: length)?.readableBytesView
  }

  private func take(_ text: ByteBufferView) {
    let bytes = text.prefix(16)
    switch bytes.first {
    case UInt8(ascii: "0"): send("40")
    case UInt8(ascii: "2"): send("3")
    case UInt8(ascii: "4") where bytes.starts(with: "40".utf8):
      state = .connected
      for room in rooms { join(room) }
    case UInt8(ascii: "4") where bytes.starts(with: "42[\"joined\"".utf8):
      joined += 1
      swarm.joined(isReady: joined == rooms.count)
    case UInt8(ascii: "4") where bytes.starts(with: "42[\"message\"".utf8): swarm.delivered()
    default: break
    }
  }

  private func send(_ text: String) {
    guard let context else { return }
    var frame = ByteBuffer()
    let bytes = text.utf8
    frame.writeInteger(UInt8(0x81))
    if bytes.count < 126 {
      frame.writeInteger(0x80 | UInt8(bytes.count))
    } else {
      frame.writeMultipleIntegers(UInt8(0xFE), UInt16(bytes.count))
    }
    // A mask of zeros is valid, and changes nothing.
    frame.writeInteger(UInt32(0))
    frame.writeBytes(bytes)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }
}
