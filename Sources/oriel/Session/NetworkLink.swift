import Oriel

/// A link for one network.
struct NetworkLink: Encodable, Equatable {
  var url: String
  /// The name of this machine's network interface; nil if the link is not for a single network.
  let interface: String?

  /// The links to a server that listens on all addresses of this machine, in the order of `LocalNetwork.current`; none
  /// without a network.
  /// - Parameter url: makes the link for an address.
  static func forAllNetworks(
    _ listen: ListenAddress, port: Int, url: (ListenAddress) -> String
  ) -> [NetworkLink] {
    let hasIPv6 = listen.bothFamilies || listen.host.contains(":")
    return LocalNetwork.current.filter { hasIPv6 || !$0.address.contains(":") }.map {
      NetworkLink(url: url(ListenAddress(host: $0.address, port: port)), interface: printable($0.interface))
    }
  }

  /// The link, with its interface in parentheses.
  var text: String { url + (interface.map { " (\($0))" } ?? "") }
}
