/// What a peer's connectivity checks are recognised by (RFC 8839 §5.4).
struct ICEParameters: Sendable, Hashable {
  var usernameFragment: String
  var password: String

  /// Whether both have the length and the characters of RFC 8839.
  var isValid: Bool {
    func consists(_ text: String, of lengths: ClosedRange<Int>) -> Bool {
      lengths.contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
          default: false
          }
        }
    }
    return consists(usernameFragment, of: 4...256) && consists(password, of: 22...256)
  }
}
