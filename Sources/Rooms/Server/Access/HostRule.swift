internal import NIOCore

/// Which names this server answers to. A page on a name that an attacker points at this machine (DNS rebinding) says that
/// name in `Host`, and gets nothing.
struct HostRule {
  /// In lower case.
  let names: Set<String>

  /// - Parameters:
  ///   - names: what else than its addresses the server is called.
  ///   - listening: the host it was told to listen on.
  ///   - external: where people reach the server.
  ///   - machine: what the machine is called, which nobody else can point elsewhere than its own network does.
  init(names: [String], listening: String, external: ExternalURL? = nil, machine: [String] = LocalAddress.hostNames) {
    var all: Set = ["localhost", "127.0.0.1", "::1"]
    let own = ["0.0.0.0", "::"].contains(listening) ? [] : [listening]
    for name in names + own + machine where !name.isEmpty { all.insert(Authority(name)?.host ?? name.lowercased()) }
    if let external { all.insert(external.authority.host) }
    self.names = all
  }

  /// - Parameter local: the address at which the connection arrived: a server on all of a machine's addresses is named
  ///   by any of them.
  func serves(_ host: Authority, local: SocketAddress?) -> Bool {
    if names.contains(host.host) { return true }
    guard let local = local?.plainAddress else { return false }
    return (try? SocketAddress(ipAddress: host.host, port: 0))?.plainAddress == local
  }
}

extension SocketAddress {
  /// The address in its shortest form, an IPv4 address in an IPv6 one as the former; nil for a Unix socket.
  var plainAddress: String? {
    guard let text = ipAddress?.prefix(while: { $0 != "%" }) else { return nil }
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : String(text)
  }
}
