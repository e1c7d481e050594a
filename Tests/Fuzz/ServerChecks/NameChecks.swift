import NIOCore
import NIOHTTP1

@testable import Rooms

/// Names in requests (`Host`, `Origin`, `X-Forwarded-For`) and networks and URLs in options.
enum NameChecks {
  static func check(_ bytes: ArraySlice<UInt8>) {
    let lines = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let text = lines[0]
    checkAuthority(text)
    checkOrigin(text, host: lines.count > 1 ? lines[1] : "rooms.example.org")
    checkForwarding(lines)
    checkProxy(lines)
    checkExternal(text)
    _ = AddressRange(text)?.contains([10, 0, 0, 1])
  }

  private static func checkAuthority(_ text: String) {
    guard let authority = Authority(text) else { return }
    precondition(!authority.host.isEmpty && authority.host.utf8.count <= 300, "a host without a name")
    precondition(authority.host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a name with invalid characters")
    guard let again = Authority(authority.description) else { fatalError("not readable after writing") }
    // Writing drops the last dot of a name; there may be another before it.
    precondition(again.port == authority.port, "changed by writing and reading")
    let rule = HostRule(names: ["rooms.example.org"], listening: "0.0.0.0")
    if rule.serves(authority, local: nil) {
      precondition(rule.names.contains(authority.host), "a name that is not the server's")
    }
  }

  private static func checkOrigin(_ text: String, host: String) {
    guard let host = Authority(host) else { return }
    let rule = OriginRule(allowed: ["https://example.org"])
    switch rule.judge(text, host: host) {
    case .own: precondition(text.lowercased().contains(host.host), "the page of another host")
    case .allowed: precondition(text.lowercased().hasPrefix("https://example.org"), "a page from elsewhere")
    case .foreign: break
    }
  }

  /// The host, port and scheme of the client's request, as a trusted proxy forwards them.
  private static func checkProxy(_ lines: [String]) {
    guard let host = Authority("rooms.example.org") else { return }
    let names = ["X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Forwarded-Host"]
    let headers = HTTPHeaders(Array(zip(names, lines)))
    guard let request = ForwardedRequest(headers, host: host) else { return }
    if let port = request.authority?.port { precondition((0...65_535).contains(port), "an invalid port") }
    if request.hasUnknownPort { precondition(request.authority?.port == nil, "a port although it is unknown") }
  }

  /// The external URL of a server, as in an option.
  private static func checkExternal(_ text: String) {
    guard let url = ExternalURL(text) else { return }
    precondition(url.description.hasSuffix("/") && url.description.hasPrefix(url.origin), "a URL without its origin")
    precondition(ExternalURL(url.description)?.description == url.description, "changed by writing and reading")
  }

  /// Only the addresses that trusted proxies have appended count.
  private static func checkForwarding(_ lines: [String]) {
    guard let stranger = try? SocketAddress(ipAddress: "198.51.100.7", port: 1),
      let proxy = try? SocketAddress(ipAddress: "10.0.0.1", port: 1)
    else { return }
    let trusted = [AddressRange("10.0.0.0/8")].compactMap(\.self)
    func client(_ peer: SocketAddress, _ lines: [String], _ trusted: [AddressRange]) -> ClientAddress {
      ClientAddress(peer: peer, forwardedFor: lines, trusted: trusted)
    }
    precondition(client(stranger, lines, trusted) == client(stranger, [], []), "an untrusted client's header counts")
    precondition(client(proxy, lines, []) == client(proxy, [], []), "an untrusted proxy's header counts")
    precondition(
      client(proxy, lines + ["203.0.113.9"], trusted) == client(proxy, ["203.0.113.9"], trusted),
      "addresses from the client count")
  }
}
