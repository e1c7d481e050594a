/// One outgoing packet, encoded once: all connections, of both versions, share the bytes.
public enum EngineIOFrame: Sendable, Equatable {
  /// The digit of the packet type and the text, in UTF-8 without U+001E: exactly a WebSocket's text message.
  case text([UInt8])
  /// The bytes of a binary message, without the packet type that version 3 puts before them.
  case binary([UInt8])

  public init(_ packet: EngineIOPacket) {
    self = packet.isBinary ? .binary(Array(packet.data)) : .text([packet.kind.digit] + packet.data)
  }

  /// A text message.
  public init(message text: String) {
    self = .text([EngineIOPacket.Kind.message.digit] + text.utf8)
  }

  /// The number of bytes in memory.
  public var count: Int {
    switch self {
    case .text(let bytes), .binary(let bytes): bytes.count
    }
  }

  var isBinary: Bool { if case .binary = self { true } else { false } }
}
