internal import NIOCore

/// The host names that this server accepts in `Host`. Against DNS rebinding: a page on a name that an attacker points at this
/// machine sends that name, and is refused.
struct HostRule {
  /// In lower case.
  let names: Set<String>

  /// - Parameters:
  ///   - names: configured names of the server.
  ///   - listening: the configured host to listen on.
  ///   - external: the URL at which users reach the server.
  ///   - machine: the machine's own names, which only its own network can resolve to another address.
  init(names: [String], listening: String, external: ExternalURL? = nil, machine: [String] = LocalAddress.hostNames) {
    var all: Set = ["localhost", "127.0.0.1", "::1"]
    let own = ["0.0.0.0", "::"].contains(listening) ? [] : [listening]
    for name in names + own + machine where !name.isEmpty { all.insert(Authority(name)?.host ?? name.lowercased()) }
    if let external { all.insert(external.authority.host) }
    self.names = all
  }

  /// - Parameter local: the connection's local address, which is accepted too: a server may listen on all addresses.
  func serves(_ host: Authority, local: SocketAddress?) -> Bool {
    if names.contains(host.host) { return true }
    guard let local = local?.plainAddress else { return false }
    return (try? SocketAddress(ipAddress: host.host, port: 0))?.plainAddress == local
  }
}

extension SocketAddress {
  /// The address without a zone, an IPv4-mapped IPv6 address as IPv4; nil for a Unix socket.
  var plainAddress: String? {
    guard let text = ipAddress?.prefix(while: { $0 != "%" }) else { return nil }
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : String(text)
  }
}
