internal import NIOCore

/// A host and its port, as in `Host` and `Origin`. Source: RFC 3986 §3.2.
struct Authority: Hashable, CustomStringConvertible {
  /// In lower case; an IPv6 address without brackets, a name without a trailing dot.
  let host: String
  /// nil for the scheme's default port.
  let port: Int?

  init(host: String, port: Int?) {
    self.host = host
    self.port = port
  }

  /// - Returns: nil for text that is not an authority, or contains a user.
  init?(_ text: some StringProtocol) {
    let text = text.utf8
    guard (1...300).contains(text.count), text.allSatisfy(Self.isAllowed) else { return nil }
    var host: Substring.UTF8View.SubSequence
    var rest: Substring.UTF8View.SubSequence
    let whole = Substring(decoding: text, as: UTF8.self).utf8
    if whole.first == UInt8(ascii: "[") {
      guard let end = whole.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = whole[whole.index(after: whole.startIndex)..<end]
      rest = whole[whole.index(after: end)...]
      guard Self.isAddress(String(Substring(host))) else { return nil }
    } else {
      let end = whole.firstIndex(of: UInt8(ascii: ":")) ?? whole.endIndex
      host = whole[..<end]
      rest = whole[end...]
      if host.last == UInt8(ascii: ".") { host = host.dropLast() }
      guard !host.contains(UInt8(ascii: "[")), !host.contains(UInt8(ascii: "]")) else { return nil }
      // No label of a name is empty (RFC 1035 §2.3.1).
      let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard labels.allSatisfy({ !$0.isEmpty }) else { return nil }
    }
    guard !host.isEmpty else { return nil }
    if rest.isEmpty {
      port = nil
    } else {
      guard rest.popFirst() == UInt8(ascii: ":"), rest.count <= 5, let number = UInt16(Substring(rest)) else {
        return nil
      }
      port = Int(number)
    }
    self.host = Substring(host).lowercased()
  }

  var description: String { (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "") }

  /// Whether `text` is an IP address.
  static func isAddress(_ text: String) -> Bool { (try? SocketAddress(ipAddress: text, port: 0)) != nil }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
