/// Why bytes are not a JSON text that is read here.
public enum JSONError: Error, Sendable, Equatable {
  /// Something else than JSON, at this byte.
  case unexpected(at: Int)
  case unexpectedEnd
  case invalidUTF8
  /// More arrays and objects in each other, or more values, than `JSONLimits` allow.
  case tooDeep
  case tooManyValues
}
