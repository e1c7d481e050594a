import CX11
import Media

/// Decodes text properties, which use three encodings. Source: ICCCM §2.7.1, Compound Text Encoding.
enum PropertyText {
  /// Guards Xlib's tables of encodings, which are global to the process.
  private static let tables = Monitor(())

  /// - Parameters:
  ///   - bytes: the property's value, with a zero between its parts.
  ///   - type: the property's type.
  /// - Returns: the parts.
  static func parts(_ bytes: [UInt8], type: Atom, _ atoms: WindowAtoms, _ connection: XConnection) -> [String] {
    if type == atoms["COMPOUND_TEXT"], let parts = compoundText(bytes, type, connection) { return parts }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).map { part in
      if type == atoms["UTF8_STRING"] { return String(decoding: part, as: UTF8.self) }
      // `STRING` is Latin-1 by the standard, but most programs write UTF-8.
      return String(validating: part, as: UTF8.self)
        ?? String(String.UnicodeScalarView(part.map { Unicode.Scalar($0) }))
    }
  }

  /// Needs only Xlib's own tables, no locale; nil without them.
  private static func compoundText(_ bytes: [UInt8], _ type: Atom, _ connection: XConnection) -> [String]? {
    var value = bytes + [0]
    return value.withUnsafeMutableBufferPointer { value in
      var property = XTextProperty(
        value: value.baseAddress, encoding: type, format: 8, nitems: UInt(bytes.count))
      var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
      var count = Int32()
      // A status above `Success` is the number of characters that were replaced.
      let status = tables.withLock { _ in Xutf8TextPropertyToTextList(connection.display, &property, &list, &count) }
      defer { if let list { XFreeStringList(list) } }
      guard status >= Success, let list else { return nil }
      return (0..<Int(count)).map { list[$0].map { String(cString: $0) } ?? "" }
    }
  }
}
