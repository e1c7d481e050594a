/// Reads one JSON text (RFC 8259), without recursion: depth costs no stack.
struct JSONParser {
  /// An array or object whose end has not been read yet.
  private struct Container {
    var elements: [JSONValue] = []
    var members: [JSONObject.Member] = []
    /// The key of the member that comes next; nil in an array.
    var key: String?
  }

  private let limits: JSONLimits
  private var position: Int
  private var containers: [Container] = []
  private var count = 0

  init(from start: Int = 0, limits: JSONLimits) {
    self.limits = limits
    position = start
  }

  /// Parses `bytes` to their end: one value, with only white space around it.
  /// - Parameter bytes: valid UTF-8; invalid bytes become U+FFFD.
  mutating func parse(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
    while true {
      guard var value = try start(bytes) else { continue }
      repeat {
        guard !containers.isEmpty else {
          skipWhiteSpace(bytes)
          guard position == bytes.count else { throw .unexpected(at: position) }
          return value
        }
        guard let whole = try put(value, bytes) else { break }
        value = whole
      } while true
    }
  }

  /// Reads a value that starts here. Returns nil for a non-empty array or object, which is now the innermost container.
  private mutating func start(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue? {
    count += 1
    guard count <= limits.values else { throw .tooManyValues }
    switch try token(bytes) {
    case UInt8(ascii: "{"):
      try open()
      guard try token(bytes) != UInt8(ascii: "}") else {
        position += 1
        return .object(JSONObject())
      }
      containers.append(Container(key: try key(bytes)))
      return nil
    case UInt8(ascii: "["):
      try open()
      guard try token(bytes) != UInt8(ascii: "]") else {
        position += 1
        return .array([])
      }
      containers.append(Container())
      return nil
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try word("null", .null, bytes)
    default: return .number(try number(bytes))
    }
  }

  /// Skips the opening bracket of an array or object.
  private mutating func open() throws(JSONError) {
    guard containers.count < limits.depth else { throw .tooDeep }
    position += 1
  }

  /// Puts a value into the innermost container. Returns the container if this value is its last.
  private mutating func put(_ value: JSONValue, _ bytes: borrowing Span<UInt8>) throws(JSONError) -> JSONValue? {
    let last = containers.count - 1
    let end: UInt8
    if let key = containers[last].key {
      containers[last].members.append(JSONObject.Member(key: key, value: value))
      end = UInt8(ascii: "}")
    } else {
      containers[last].elements.append(value)
      end = UInt8(ascii: "]")
    }
    switch try token(bytes) {
    case UInt8(ascii: ","):
      position += 1
      if containers[last].key != nil { containers[last].key = try key(bytes) }
      return nil
    case end:
      position += 1
      let container = containers.removeLast()
      return container.key == nil ? .array(container.elements) : .object(JSONObject(container.members))
    default: throw .unexpected(at: position)
    }
  }

  /// The key of a member and the colon after it.
  private mutating func key(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> String {
    guard try token(bytes) == UInt8(ascii: "\"") else { throw .unexpected(at: position) }
    let key = try string(bytes)
    guard try token(bytes) == UInt8(ascii: ":") else { throw .unexpected(at: position) }
    position += 1
    return key
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue, _ bytes: borrowing Span<UInt8>
  ) throws(JSONError) -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw .unexpectedEnd }
      guard bytes[position] == word.utf8Start[offset] else { throw .unexpected(at: position) }
      position += 1
    }
    return value
  }

  /// Skips white space and returns the byte at `position` after it.
  private mutating func token(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> UInt8 {
    skipWhiteSpace(bytes)
    guard position < bytes.count else { throw .unexpectedEnd }
    return bytes[position]
  }

  private mutating func skipWhiteSpace(_ bytes: borrowing Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }
}

extension JSONParser {
  private mutating func number(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> Double {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    guard position < bytes.count else { throw .unexpectedEnd }
    if bytes[position] == UInt8(ascii: "0") { position += 1 } else { try digits(bytes) }
    let hasMore =
      position < bytes.count && (bytes[position] == UInt8(ascii: ".") || bytes[position] | 0x20 == UInt8(ascii: "e"))
    if !hasMore, position - start < 16 {
      var whole = 0
      let isNegative = bytes[start] == UInt8(ascii: "-")
      for index in (isNegative ? start + 1 : start)..<position { whole = whole * 10 + Int(bytes[index] - 48) }
      return isNegative ? -Double(whole) : Double(whole)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits(bytes)
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits(bytes)
    }
    guard let value = Double(text(start..<position, bytes)) else { throw .unexpected(at: start) }
    return value
  }

  /// Skips digits, at least one.
  private mutating func digits(_ bytes: borrowing Span<UInt8>) throws(JSONError) {
    let start = position
    while position < bytes.count, bytes[position] &- 48 < 10 { position += 1 }
    guard position > start else {
      if position == bytes.count { throw .unexpectedEnd }
      throw .unexpected(at: position)
    }
  }

  private mutating func string(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
      guard bytes[position] >= 0x20 else { throw .unexpected(at: position) }
      position += 1
    }
    guard position < bytes.count else { throw .unexpectedEnd }
    guard bytes[position] == UInt8(ascii: "\\") else {
      position += 1
      return text(start..<position - 1, bytes)
    }
    var unescaped: [UInt8] = []
    var copied = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        append(copied..<position, of: bytes, to: &unescaped)
        position += 1
        return String(decoding: unescaped, as: UTF8.self)
      case UInt8(ascii: "\\"):
        append(copied..<position, of: bytes, to: &unescaped)
        try unescape(bytes, into: &unescaped)
        copied = position
      case 0x20...: position += 1
      default: throw .unexpected(at: position)
      }
    }
    throw .unexpectedEnd
  }

  private func append(_ range: Range<Int>, of bytes: borrowing Span<UInt8>, to text: inout [UInt8]) {
    bytes.extracting(range).withUnsafeBufferPointer { text.append(contentsOf: $0) }
  }

  private mutating func unescape(_ bytes: borrowing Span<UInt8>, into text: inout [UInt8]) throws(JSONError) {
    position += 1
    guard position < bytes.count else { throw .unexpectedEnd }
    let escape = bytes[position]
    position += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Character(try scalar(bytes)).utf8)
    default: throw .unexpected(at: position - 1)
    }
  }

  /// The scalar of one `\u` escape, or of two that are a surrogate pair. A lone surrogate, which JavaScript allows,
  /// becomes U+FFFD, as it does when a browser sends it.
  private mutating func scalar(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
    let first = try codeUnit(bytes)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let rest = position
    guard first < 0xDC00, rest + 1 < bytes.count, bytes[rest] == UInt8(ascii: "\\"),
      bytes[rest + 1] == UInt8(ascii: "u")
    else { return "\u{FFFD}" }
    position += 2
    let second = try codeUnit(bytes)
    if (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    {
      return scalar
    }
    position = rest
    return "\u{FFFD}"
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit(_ bytes: borrowing Span<UInt8>) throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw .unexpectedEnd }
      switch bytes[position] {
      case let byte where byte &- 48 < 10: unit = unit << 4 | UInt32(byte - 48)
      case let byte where (byte | 0x20) &- 97 < 6: unit = unit << 4 | UInt32((byte | 0x20) - 87)
      default: throw .unexpected(at: position)
      }
      position += 1
    }
    return unit
  }

  private func text(_ range: Range<Int>, _ bytes: borrowing Span<UInt8>) -> String {
    bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }
}

/// Limits for reading a JSON text.
public struct JSONLimits: Sendable {
  /// The most arrays and objects nested in each other.
  public var depth: Int
  /// The most values, with each element and member counted.
  public var values: Int

  public init(depth: Int = 64, values: Int = 50_000) {
    self.depth = depth
    self.values = values
  }
}

/// Why bytes are not an acceptable JSON text.
public enum JSONError: Error, Sendable, Equatable {
  /// Invalid JSON at this byte offset.
  case unexpected(at: Int)
  case unexpectedEnd
  case invalidUTF8
  /// Arrays and objects are nested deeper than `JSONLimits.depth`.
  case tooDeep
  /// There are more values than `JSONLimits.values`.
  case tooManyValues
}
