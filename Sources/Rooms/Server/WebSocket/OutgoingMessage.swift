internal import NIOCore
internal import NIOWebSocket
internal import RoomProtocol

/// A packet for any number of clients: encoded once, and framed once for each version of Engine.IO.
final class OutgoingMessage {
  let frames: [EngineIOFrame]
  private var v3Buffer: ByteBuffer?
  private var v4Buffer: ByteBuffer?

  init(_ packet: SocketIOPacket) { frames = packet.frames }

  /// The WebSocket frames in one buffer, whose storage all connections share.
  func buffer(_ version: EngineIOVersion) -> ByteBuffer {
    switch version {
    case .v3:
      if let v3Buffer { return v3Buffer }
      let buffer = framed(.v3)
      v3Buffer = buffer
      return buffer
    case .v4:
      if let v4Buffer { return v4Buffer }
      let buffer = framed(.v4)
      v4Buffer = buffer
      return buffer
    }
  }

  private func framed(_ version: EngineIOVersion) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.reserveCapacity(frames.reduce(0) { $0 + $1.count + 11 })
    for frame in frames {
      switch (frame, version) {
      case (.text(let bytes), _): OutgoingFrame.append(.text, bytes, to: &buffer)
      case (.binary(let bytes), .v4): OutgoingFrame.append(.binary, bytes, to: &buffer)
      case (.binary(let bytes), .v3):
        OutgoingFrame.append(.binary, [EngineIOPacket.Kind.message.rawValue] + bytes, to: &buffer)
      }
    }
    return buffer
  }
}

/// Writes a server's frames: unfragmented and unmasked. Source: RFC 6455 §5.2.
enum OutgoingFrame {
  static func append(_ opcode: WebSocketOpcode, _ payload: [UInt8], to buffer: inout ByteBuffer) {
    buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
    switch payload.count {
    case ..<126: buffer.writeInteger(UInt8(payload.count))
    case ...0xFFFF: buffer.writeMultipleIntegers(UInt8(126), UInt16(payload.count))
    default: buffer.writeMultipleIntegers(UInt8(127), UInt64(payload.count))
    }
    buffer.writeBytes(payload)
  }

  static func buffer(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.reserveCapacity(payload.count + 10)
    append(opcode, payload, to: &buffer)
    return buffer
  }
}
