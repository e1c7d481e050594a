internal import NIOCore
internal import NIOHTTP1

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

/// The client's original request according to a trusted proxy: `X-Forwarded-Host`, `X-Forwarded-Port` and `X-Forwarded-Proto`. Of
/// several values the last is the proxy's own; anyone may have written the others.
struct ForwardedRequest {
  /// The host that the client addressed; nil if the proxy does not say.
  let authority: Authority?
  /// Whether the client uses HTTPS; nil if the proxy does not say.
  let isSecure: Bool?
  /// Whether no header contains a port: the proxy may have removed it from `Host`, as nginx's `$host` does.
  let hasUnknownPort: Bool

  /// - Parameter host: the request's `Host`.
  /// - Returns: nil for an invalid `X-Forwarded-Host`.
  init?(_ headers: HTTPHeaders, host: Authority) {
    let named = Self.last("X-Forwarded-Host", headers)
    let parsed = named.flatMap { Authority($0) }
    guard named == nil || parsed != nil else { return nil }
    let port = Self.last("X-Forwarded-Port", headers).flatMap { UInt16($0) }.map(Int.init)
    isSecure = Self.last("X-Forwarded-Proto", headers).map { $0.lowercased() == "https" }
    let known = parsed?.port ?? host.port ?? port
    hasUnknownPort = known == nil
    // A name without a port gets that of `X-Forwarded-Port`.
    authority =
      parsed.map { Authority(host: $0.host, port: $0.port ?? port) }
      ?? port.map { Authority(host: host.host, port: $0) }
  }

  private static func last(_ name: String, _ headers: HTTPHeaders) -> Substring? {
    headers[name].last?.split(separator: ",", omittingEmptySubsequences: false).last.map {
      $0.drop { $0 == " " }.prefix { $0 != " " }
    }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
