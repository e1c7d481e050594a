/// One packet of Engine.IO.
public struct EngineIOPacket: Sendable, Equatable {
  /// The packet type; the raw value is the digit the packet begins with.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case open, close, ping, pong, message, upgrade, noop

    var digit: UInt8 { UInt8(ascii: "0") + rawValue }
  }

  public let kind: Kind
  /// The content after the type: text in UTF-8, or bytes if `isBinary`.
  public let data: ArraySlice<UInt8>
  /// Whether a message is binary; the other kinds never are.
  public let isBinary: Bool

  public init(_ kind: Kind, _ data: ArraySlice<UInt8> = []) {
    self.init(kind, data, isBinary: false)
  }

  public init(binary data: ArraySlice<UInt8>) {
    self.init(.message, data, isBinary: true)
  }

  private init(_ kind: Kind, _ data: ArraySlice<UInt8>, isBinary: Bool) {
    self.kind = kind
    self.data = data
    self.isBinary = isBinary
  }

  /// Reads a packet received as text: a WebSocket's text message, or a part of a payload. Both versions may encode bytes
  /// in Base64 there: version 4 after `b`, version 3 after `b4`.
  public init(text: ArraySlice<UInt8>, _ version: EngineIOVersion) throws(EngineIOError) {
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
  public init(binary bytes: ArraySlice<UInt8>, _ version: EngineIOVersion) throws(EngineIOError) {
    guard version == .v3 else {
      self.init(binary: bytes)
      return
    }
    guard let first = bytes.first else { throw .emptyPacket }
    guard first == Kind.message.rawValue else { throw .unknownPacketType(first) }
    self.init(binary: bytes.dropFirst())
  }

  /// A message's content.
  public var message: EngineIOMessage? {
    guard kind == .message else { return nil }
    return isBinary ? .binary(data) : .text(data)
  }
}
