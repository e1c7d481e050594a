internal import NIOCore
internal import NIOWebSocket

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
