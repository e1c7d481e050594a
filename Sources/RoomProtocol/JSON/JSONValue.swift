/// A value as Socket.IO carries it: JSON, and besides it bytes, which travel as attachments of their own.
///
/// Why not Foundation's JSON: what is read here comes from strangers, so depth and number of values are bounded while
/// reading; objects keep the order and the members that nobody asked for; and attachments have a place.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// As in JavaScript every number is a `Double`: an integer is exact up to 2⁵³.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
  /// Bytes that Socket.IO sends beside the text. JSON text itself has no place for them: see `SocketIOPacket`.
  case binary([UInt8])

  public var isNull: Bool { if case .null = self { true } else { false } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  public var binary: [UInt8]? { if case .binary(let value) = self { value } else { nil } }

  /// A number that is an integer.
  public var int: Int? { number.flatMap { Int(exactly: $0) } }

  /// A member of an object; nil where there is none.
  public subscript(key: String) -> JSONValue? { object?[key] }

  /// An element of an array; nil where there is none.
  public subscript(index: Int) -> JSONValue? {
    array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
