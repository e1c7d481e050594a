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
