/// One packet of Engine.IO.
package struct EngineIOPacket: Sendable, Equatable {
  /// The packet type; the raw value is the digit the packet begins with.
  package enum Kind: UInt8, Sendable, CaseIterable {
    case open, close, ping, pong, message, upgrade, noop

    var digit: UInt8 { UInt8(ascii: "0") + rawValue }
  }

  package let kind: Kind
  /// The content after the type: text in UTF-8, or bytes if `isBinary`.
  package let data: ArraySlice<UInt8>
  /// Whether a message is binary; the other kinds never are.
  package let isBinary: Bool

  package init(_ kind: Kind, _ data: ArraySlice<UInt8> = []) {
    self.init(kind, data, isBinary: false)
  }

  package init(binary data: ArraySlice<UInt8>) {
    self.init(.message, data, isBinary: true)
  }

  /// The data of the `ping` and `pong` by which an upgrade to a WebSocket is tried.
  static let probe = Array("probe".utf8)

  private init(_ kind: Kind, _ data: ArraySlice<UInt8>, isBinary: Bool) {
    self.kind = kind
    self.data = data
    self.isBinary = isBinary
  }

  /// Reads a packet received as text: a WebSocket's text message, or a part of a payload. Both versions may encode bytes
  /// in Base64 there: version 4 after `b`, version 3 after `b4`.
  package init(text: ArraySlice<UInt8>, _ version: EngineIOVersion) throws(EngineIOError) {
    guard (try? UTF8Span(validating: text.span)) != nil else { throw .invalidUTF8 }
    try self.init(validText: text, version)
  }

  init(validText text: ArraySlice<UInt8>, _ version: EngineIOVersion) throws(EngineIOError) {
    guard let first = text.first else { throw .emptyPacket }
    if first == UInt8(ascii: "b") {
      var encoded = text.dropFirst()
      if version == .v3 {
        guard encoded.popFirst() == Kind.message.digit else { throw .invalidBase64 }
      }
      guard let bytes = Base64.decode(encoded) else { throw .invalidBase64 }
      self.init(binary: bytes[...])
    } else {
      guard let kind = Kind(rawValue: first &- UInt8(ascii: "0")) else { throw .unknownPacketType(first) }
      self.init(kind, text.dropFirst())
    }
  }

  /// Reads a packet received as bytes: a WebSocket's binary message, or a part of a v3 payload. In version 3 the packet
  /// type precedes the bytes; in version 4 there is no type: every such packet is a message.
  package init(binary bytes: ArraySlice<UInt8>, _ version: EngineIOVersion) throws(EngineIOError) {
    guard version == .v3 else {
      self.init(binary: bytes)
      return
    }
    guard let first = bytes.first else { throw .emptyPacket }
    guard first == Kind.message.rawValue else { throw .unknownPacketType(first) }
    self.init(binary: bytes.dropFirst())
  }

  /// Reads a message of a WebSocket, of at most `limit` bytes.
  init(
    webSocket bytes: ArraySlice<UInt8>, isText: Bool, limit: Int, _ version: EngineIOVersion
  ) throws(EngineIOError) {
    guard bytes.count <= limit else { throw .tooLarge }
    if isText { try self.init(text: bytes, version) } else { try self.init(binary: bytes, version) }
  }

  /// A message's content.
  package var message: EngineIOMessage? {
    guard kind == .message else { return nil }
    return isBinary ? .binary(data) : .text(data)
  }
}

/// A received Engine.IO message, for Socket.IO to decode. Its bytes are a slice of the received ones, not a copy.
package enum EngineIOMessage: Sendable, Equatable {
  /// Valid UTF-8.
  case text(ArraySlice<UInt8>)
  case binary(ArraySlice<UInt8>)
}

/// One outgoing packet, encoded once: all connections, of both versions, share the bytes.
package enum EngineIOFrame: Sendable, Equatable {
  /// The digit of the packet type and the text, in UTF-8 without U+001E: exactly a WebSocket's text message.
  case text([UInt8])
  /// The bytes of a binary message, without the packet type that version 3 puts before them.
  case binary([UInt8])

  package init(_ packet: EngineIOPacket) {
    self = packet.isBinary ? .binary(Array(packet.data)) : .text([packet.kind.digit] + packet.data)
  }

  /// A text message.
  package init(message text: String) {
    self = .text([EngineIOPacket.Kind.message.digit] + text.utf8)
  }

  /// The number of bytes in memory.
  package var count: Int {
    switch self {
    case .text(let bytes), .binary(let bytes): bytes.count
    }
  }

  var isBinary: Bool { if case .binary = self { true } else { false } }

  static let close = EngineIOFrame(EngineIOPacket(.close))
  static let ping = EngineIOFrame(EngineIOPacket(.ping))
  static let noop = EngineIOFrame(EngineIOPacket(.noop))

  /// The action that sends the packet over a WebSocket.
  func sent<Action: EngineIOSendAction>(_ version: EngineIOVersion) -> Action {
    switch self {
    case .text(let bytes): .sendText(bytes)
    case .binary(let bytes): .sendBinary(version == .v3 ? [EngineIOPacket.Kind.message.rawValue] + bytes : bytes)
    }
  }
}

/// Packets that wait for a polling request.
struct EngineIOQueue: Sendable {
  private(set) var frames: [EngineIOFrame] = []
  /// The size of the packets, in bytes.
  private(set) var bytes = 0

  var isEmpty: Bool { frames.isEmpty }

  mutating func append(_ frame: EngineIOFrame) {
    frames.append(frame)
    bytes += frame.count
  }

  /// Removes and returns the first packets, at most `count`.
  mutating func takeFirst(_ count: Int) -> [EngineIOFrame] {
    let first = Array(frames.prefix(count))
    frames.removeFirst(first.count)
    bytes -= first.reduce(0) { $0 + $1.count }
    return first
  }

  /// Removes and returns all packets.
  mutating func takeAll() -> [EngineIOFrame] {
    let all = frames
    self = EngineIOQueue()
    return all
  }
}

/// Why bytes are not valid Engine.IO.
package enum EngineIOError: Error, Sendable, Equatable {
  case emptyPacket
  /// No packet type begins with this byte.
  case unknownPacketType(UInt8)
  case invalidUTF8
  case invalidBase64
  /// A v3 payload with a missing or wrong packet length.
  case invalidLength
  /// More bytes than `maxPayload`.
  case tooLarge
  /// The first packet is not a valid `open`.
  case invalidHandshake
}
