extension JSONValue {
  /// Reads one JSON text.
  /// - Throws: `JSONError`, also for JSON that exceeds `limits` or is not UTF-8.
  public init(parsing bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    let span = bytes.span
    guard (try? UTF8Span(validating: span)) != nil else { throw .invalidUTF8 }
    var parser = JSONParser(limits: limits)
    self = try parser.parse(span)
  }

  public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    try self.init(parsing: ArraySlice(text.utf8), limits: limits)
  }

  /// The value as JSON text in UTF-8, without white space. Each `binary` value becomes an attachment's placeholder.
  public var text: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.text
  }
}
