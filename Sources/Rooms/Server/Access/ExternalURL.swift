/// The URL at which users reach a server, such as `https://rooms.example.org/talks/`: behind a proxy, a forwarded port or another
/// name.
public struct ExternalURL: Sendable, Equatable, CustomStringConvertible {
  /// Ends with a slash.
  public let description: String
  public let isSecure: Bool
  let authority: Authority
  /// As browsers write it in `Origin`.
  let origin: String

  /// - Returns: nil for text that is not an `http://` or `https://` URL, or has a user, a query or a fragment.
  public init?(_ text: String) {
    guard let mark = text.firstRange(of: "://") else { return nil }
    let rest = text[mark.upperBound...]
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    let path = rest[end...]
    guard path.utf8.count <= 300, path.utf8.allSatisfy(Self.isPathByte), let authority = Authority(rest[..<end]),
      let origin = OriginRule.normalized(String(text[..<end])),
      ["http:", "https:"].contains(where: { origin.hasPrefix($0) })
    else { return nil }
    self.authority = authority
    self.origin = origin
    isSecure = origin.hasPrefix("https:")
    description = origin + path + (path.hasSuffix("/") ? "" : "/")
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "/": true
    default: false
    }
  }
}
