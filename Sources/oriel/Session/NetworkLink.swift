import Oriel

/// A link as it is reached from one network.
struct NetworkLink: Encodable, Equatable {
  var url: String
  /// What this machine calls its end of the network; absent where the link is not for one network alone.
  let interface: String?

  /// The links to a server on all addresses of this machine, those first that most people can use; none while it is in no network.
  /// - Parameter url: the link by a host and port.
  static func toEverywhere(
    _ listen: ListenAddress, port: Int, url: (ListenAddress) -> String
  ) -> [NetworkLink] {
    let hasIPv6 = listen.bothFamilies || listen.host.contains(":")
    return LocalNetwork.current.filter { hasIPv6 || !$0.address.contains(":") }.map {
      NetworkLink(url: url(ListenAddress(host: $0.address, port: port)), interface: printable($0.interface))
    }
  }

  /// The link and its network, in words.
  var text: String { url + (interface.map { " (\($0))" } ?? "") }
}
