/// Splits SDP text by bytes: a `Character` may combine a space or a line end with what follows it.
package enum SDPText {
  /// The fields between single spaces; nil for adjacent, leading or trailing spaces.
  package static func fields(_ text: Substring) -> [Substring]? {
    let fields = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(Substring.init)
    return fields.contains(where: \.isEmpty) ? nil : fields
  }

  /// The parts before and after the first `separator`; the second is nil without a separator.
  package static func splitOnce(_ text: Substring, at separator: Unicode.Scalar) -> (Substring, Substring?) {
    let separator = UInt8(ascii: separator)
    guard let index = text.utf8.firstIndex(of: separator) else { return (text, nil) }
    return (text[..<index], text[text.utf8.index(after: index)...])
  }

  /// A number that consists of digits only, at most `T.max`.
  package static func decimal<T: FixedWidthInteger>(_ text: Substring, as type: T.Type = T.self) -> T? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return T(text)
  }

  /// RFC 8866 §9, `token`.
  package static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x5E...0x7E: true
        default: false
        }
      }
  }

  /// Printable ASCII without spaces, as all names, addresses and identifiers are.
  package static func isVisible(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// RFC 8839 §5.4, `ice-char`, and further characters that some peers use.
  package static func isICE(_ text: Substring, length: ClosedRange<Int>) -> Bool {
    length.contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x23, 0x2B, 0x2D, 0x2F...0x39, 0x3D, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
      }
  }

  /// A valid `msid` identifier, with `_` in place of invalid characters. Source: RFC 8830 §2.
  package static func identifier(_ text: String) -> String {
    let bytes = text.utf8.prefix(64).map { byte in isToken(Substring(String(UnicodeScalar(byte)))) ? byte : 0x5F }
    return bytes.isEmpty ? "-" : String(decoding: bytes, as: UTF8.self)
  }

  /// Whether both are equal, ignoring the case of ASCII letters.
  package static func equalsIgnoringCase(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
    a.utf8.elementsEqual(b.utf8) { lowercase($0) == lowercase($1) }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
