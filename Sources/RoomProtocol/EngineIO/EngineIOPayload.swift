/// Several packets in the body of one polling request or response.
package struct EngineIOPayload: Sendable, Equatable {
  package let bytes: [UInt8]
  /// Whether the body is `application/octet-stream` rather than `text/plain; charset=UTF-8`.
  package let isBinary: Bool

  package init(bytes: [UInt8], isBinary: Bool) {
    self.bytes = bytes
    self.isBinary = isBinary
  }

  package var contentType: String { isBinary ? "application/octet-stream" : "text/plain; charset=UTF-8" }

  /// Encodes packets as a server's answer.
  /// - Parameters:
  ///   - frames: the packets, in their order.
  ///   - version: the peer's version.
  ///   - supportsBinary: whether a v3 peer accepts a binary body (it did not send `b64=1`). In version 4 the body is
  ///     always text.
  package init(_ frames: some Collection<EngineIOFrame>, _ version: EngineIOVersion, supportsBinary: Bool) {
    let isBinary = version == .v3 && supportsBinary && frames.contains(where: \.isBinary)
    self.init(frames, version, isBinary: isBinary)
  }

  /// Encodes packets as a client's POST. In version 3 the body is binary, because servers disagree about the length of
  /// text: JavaScript counts UTF-16 code units, python-socketio code points.
  package init(posting frames: some Collection<EngineIOFrame>, _ version: EngineIOVersion) {
    self.init(frames, version, isBinary: version == .v3)
  }

  private init(_ frames: some Collection<EngineIOFrame>, _ version: EngineIOVersion, isBinary: Bool) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(frames.reduce(0) { $0 + $1.count + 8 })
    for frame in frames {
      switch version {
      case .v4:
        if !bytes.isEmpty { bytes.append(EngineIOPayload.separator) }
        frame.appendText(to: &bytes, prefix: "b")
      case .v3 where isBinary: frame.appendBinary(to: &bytes)
      case .v3:
        bytes.append(contentsOf: String(frame.lengthInText).utf8)
        bytes.append(UInt8(ascii: ":"))
        frame.appendText(to: &bytes, prefix: "b4")
      }
    }
    self.init(bytes: bytes, isBinary: isBinary)
  }

  static let separator: UInt8 = 0x1E
}

extension EngineIOFrame {
  /// Appends the packet in the form it has in a text payload.
  fileprivate func appendText(to text: inout [UInt8], prefix: String) {
    switch self {
    case .text(let bytes): text.append(contentsOf: bytes)
    case .binary(let bytes):
      text.append(contentsOf: prefix.utf8)
      Base64.append(bytes, to: &text)
    }
  }

  /// Appends the packet in the form it has in a v3 binary payload.
  fileprivate func appendBinary(to body: inout [UInt8]) {
    body.append(isBinary ? 1 : 0)
    body.append(contentsOf: String(count + (isBinary ? 1 : 0)).utf8.lazy.map { $0 - UInt8(ascii: "0") })
    body.append(0xFF)
    switch self {
    case .text(let text): body.append(contentsOf: text)
    case .binary(let data):
      body.append(EngineIOPacket.Kind.message.rawValue)
      body.append(contentsOf: data)
    }
  }

  /// The length of the packet in a v3 text payload: in UTF-16 code units, as JavaScript counts.
  fileprivate var lengthInText: Int {
    switch self {
    case .text(let bytes): bytes.reduce(0) { $0 + $1.utf16Units }
    case .binary(let bytes): 2 + (bytes.count + 2) / 3 * 4
    }
  }
}

extension UInt8 {
  /// The number of UTF-16 code units of the character that this UTF-8 byte begins; 0 for a continuation byte.
  var utf16Units: Int { self & 0xC0 == 0x80 ? 0 : self >= 0xF0 ? 2 : 1 }
}

/// Reads the packets of a payload one by one, without copying them.
package struct EngineIOPayloadReader: Sendable {
  private var rest: ArraySlice<UInt8>
  private let version: EngineIOVersion
  private let isBinary: Bool
  private var isAtEnd = false

  /// - Throws: `invalidUTF8` for a text body that is not UTF-8, and for a binary body in version 4, which has none.
  package init(_ payload: EngineIOPayload, _ version: EngineIOVersion) throws(EngineIOError) {
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
  package mutating func next() throws(EngineIOError) -> EngineIOPacket? {
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
