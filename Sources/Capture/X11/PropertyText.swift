import CX11
import Media

/// Reads the text of window properties, which have had three encodings in turn. Source: ICCCM §2.7.1, Compound Text Encoding.
enum PropertyText {
  /// Xlib's tables of encodings are the whole process's.
  private static let tables = Monitor(())

  /// - Parameters:
  ///   - bytes: the property's, with a zero between its parts.
  ///   - type: the property's.
  /// - Returns: its parts.
  static func parts(_ bytes: [UInt8], type: Atom, _ atoms: WindowAtoms, _ connection: XConnection) -> [String] {
    if type == atoms["COMPOUND_TEXT"], let parts = compoundText(bytes, type, connection) { return parts }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).map { part in
      if type == atoms["UTF8_STRING"] { return String(decoding: part, as: UTF8.self) }
      // Latin-1 by its standard, and UTF-8 in most programs.
      return String(validating: part, as: UTF8.self)
        ?? String(String.UnicodeScalarView(part.map { Unicode.Scalar($0) }))
    }
  }

  /// Needs no locale but Xlib's own tables; nil without them.
  private static func compoundText(_ bytes: [UInt8], _ type: Atom, _ connection: XConnection) -> [String]? {
    var value = bytes + [0]
    return value.withUnsafeMutableBufferPointer { value in
      var property = XTextProperty(
        value: value.baseAddress, encoding: type, format: 8, nitems: UInt(bytes.count))
      var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
      var count = Int32()
      // More than `Success` is the number of characters that it has another one for.
      let status = tables.withLock { _ in Xutf8TextPropertyToTextList(connection.display, &property, &list, &count) }
      defer { if let list { XFreeStringList(list) } }
      guard status >= Success, let list else { return nil }
      return (0..<Int(count)).map { list[$0].map { String(cString: $0) } ?? "" }
    }
  }
}
