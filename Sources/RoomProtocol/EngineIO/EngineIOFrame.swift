/// One packet on its way out, encoded once for however many connections and for both versions: they share the bytes.
public enum EngineIOFrame: Sendable, Equatable {
  /// The digit of the packet type and the text, which is UTF-8 without U+001E: a WebSocket's text message as it is.
  case text([UInt8])
  /// The bytes of a binary message alone; version 3 puts a packet type before them.
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
