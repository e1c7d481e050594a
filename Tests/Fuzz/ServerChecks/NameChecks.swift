import NIOCore
import NIOHTTP1

@testable import Rooms

/// What a request says of names: `Host`, `Origin`, `X-Forwarded-For`, and networks as options name them.
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
    precondition(authority.host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a name with what no name has")
    guard let again = Authority(authority.description) else { fatalError("written, it cannot be read") }
    // What is written has lost the last dot of a name, and may have another before it.
    precondition(again.port == authority.port, "written and read it is another")
    let rule = HostRule(names: ["rooms.example.org"], listening: "0.0.0.0")
    if rule.serves(authority, local: nil) {
      precondition(rule.names.contains(authority.host), "a name that nobody gave it")
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

  /// What a trusted proxy says of where the client believes to be.
  private static func checkProxy(_ lines: [String]) {
    guard let host = Authority("rooms.example.org") else { return }
    let names = ["X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Forwarded-Host"]
    let headers = HTTPHeaders(Array(zip(names, lines)))
    guard let request = ForwardedRequest(headers, host: host) else { return }
    if let port = request.authority?.port { precondition((0...65_535).contains(port), "a port that is none") }
    if request.hasUnknownPort { precondition(request.authority?.port == nil, "a port that nobody says") }
  }

  /// Where people reach a server, as an option has it.
  private static func checkExternal(_ text: String) {
    guard let url = ExternalURL(text) else { return }
    precondition(url.description.hasSuffix("/") && url.description.hasPrefix(url.origin), "an address from nowhere")
    precondition(ExternalURL(url.description)?.description == url.description, "written and read it is another")
  }

  /// Only what trusted proxies have added, from the end, is believed.
  private static func checkForwarding(_ lines: [String]) {
    guard let stranger = try? SocketAddress(ipAddress: "198.51.100.7", port: 1),
      let proxy = try? SocketAddress(ipAddress: "10.0.0.1", port: 1)
    else { return }
    let trusted = [AddressRange("10.0.0.0/8")].compactMap(\.self)
    func client(_ peer: SocketAddress, _ lines: [String], _ trusted: [AddressRange]) -> ClientAddress {
      ClientAddress(peer: peer, forwardedFor: lines, trusted: trusted)
    }
    precondition(client(stranger, lines, trusted) == client(stranger, [], []), "a stranger is believed")
    precondition(client(proxy, lines, []) == client(proxy, [], []), "a proxy that is not trusted is believed")
    precondition(
      client(proxy, lines + ["203.0.113.9"], trusted) == client(proxy, ["203.0.113.9"], trusted),
      "what the client says of itself counts")
  }
}
