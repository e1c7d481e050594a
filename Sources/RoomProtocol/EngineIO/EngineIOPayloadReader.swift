/// Reads the packets of a payload one by one, without copying them.
public struct EngineIOPayloadReader: Sendable {
  private var rest: ArraySlice<UInt8>
  private let version: EngineIOVersion
  private let isBinary: Bool
  private var isAtEnd = false

  /// - Throws: `invalidUTF8` for a text body that is not UTF-8, and for a binary body in version 4, which has none.
  public init(_ payload: EngineIOPayload, _ version: EngineIOVersion) throws(EngineIOError) {
    rest = payload.bytes[...]
    self.version = version
    isBinary = payload.isBinary
    if isBinary {
      guard version == .v3 else { throw .invalidUTF8 }
    } else {
      guard (try? UTF8Span(validating: rest.span)) != nil else { throw .invalidUTF8 }
    }
  }

  /// The next packet; nil after the last, and after an error: where later packets begin is then unknown.
  public mutating func next() throws(EngineIOError) -> EngineIOPacket? {
    guard !isAtEnd else { return nil }
    do throws(EngineIOError) {
      switch version {
      case .v4: return try separated()
      case .v3: return try isBinary ? binary() : counted()
      }
    } catch {
      isAtEnd = true
      throw error
    }
  }

  private mutating func separated() throws(EngineIOError) -> EngineIOPacket {
    let end = rest.firstIndex(of: EngineIOPayload.separator) ?? rest.endIndex
    let packet = rest[..<end]
    if end == rest.endIndex { isAtEnd = true } else { rest = rest[(end + 1)...] }
    return try EngineIOPacket(validText: packet, version)
  }

  private mutating func counted() throws(EngineIOError) -> EngineIOPacket {
    let length = try length(upTo: UInt8(ascii: ":"), zero: UInt8(ascii: "0"))
    var end = rest.startIndex
    var units = 0
    while end < rest.endIndex, units < length || rest[end].utf16Units == 0 {
      units += rest[end].utf16Units
      end += 1
    }
    guard units == length else { throw .invalidLength }
    return try EngineIOPacket(validText: take(end), version)
  }

  private mutating func binary() throws(EngineIOError) -> EngineIOPacket {
    guard let kind = rest.popFirst() else { throw .emptyPacket }
    guard kind <= 1 else { throw .unknownPacketType(kind) }
    let length = try length(upTo: 0xFF, zero: 0)
    guard length <= rest.count else { throw .invalidLength }
    let packet = take(rest.startIndex + length)
    return kind == 0 ? try EngineIOPacket(text: packet, version) : try EngineIOPacket(binary: packet, version)
  }

  /// Takes everything before `end`.
  private mutating func take(_ end: Int) -> ArraySlice<UInt8> {
    let packet = rest[..<end]
    rest = rest[end...]
    isAtEnd = rest.isEmpty
    return packet
  }

  /// Reads the decimal length before `mark`; `zero` is the byte for the digit 0.
  private mutating func length(upTo mark: UInt8, zero: UInt8) throws(EngineIOError) -> Int {
    var length = 0
    var digits = 0
    while let byte = rest.popFirst() {
      if byte == mark, digits > 0 { return length }
      guard byte &- zero < 10, digits < 9 else { throw .invalidLength }
      length = length * 10 + Int(byte - zero)
      digits += 1
    }
    throw .invalidLength
  }
}
