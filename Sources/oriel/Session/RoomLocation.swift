import Oriel

/// The room server of a share and the links to its room.
struct RoomLocation {
  /// The server's address for this command.
  let server: String
  /// The links for viewers.
  let links: [NetworkLink]
  /// Makes the links again after this machine has joined or left networks; nil if they do not depend on that.
  var currentLinks: (@Sendable () -> [NetworkLink])?
  let page: ShareLink.Page
  /// The server within this command; nil with `--server`.
  var own: RoomServer?
  /// The audit log of the own server.
  var log: AuditLog?

  /// The URL of a room's page.
  /// - Parameter base: the server's URL, with a slash at the end.
  static func page(_ base: String, _ room: String, _ tokens: ShareTokens) -> String {
    "\(base)room/\(room)\(tokens.fragment)"
  }

  /// A room on another server.
  init(remote server: String, external: ExternalURL?, room: String, _ tokens: ShareTokens) {
    let base = external?.description ?? (server.hasSuffix("/") ? server : server + "/")
    let isSecure = base.hasPrefix("https:") || base.hasPrefix("wss:")
    self.server = server
    links = [NetworkLink(url: Self.page(base, room, tokens), interface: nil)]
    page = isSecure ? .served : .servedPlain
  }

  /// A room on a server within this command.
  /// - Parameters:
  ///   - listen: the address of `--listen`.
  ///   - port: the actual port.
  init(
    own: RoomServer, _ configuration: SocketIOServerConfiguration, _ listen: ListenAddress, port: Int, room: String,
    _ tokens: ShareTokens
  ) {
    let scheme = configuration.certificate == nil ? "http" : "https"
    let url: @Sendable (ListenAddress) -> String = { Self.page("\(scheme)://\($0)/", room, tokens) }
    let isSecure = configuration.externalURL?.isSecure ?? (configuration.certificate != nil)
    let isLoopback = configuration.externalURL == nil && LocalAddress.isLoopback(listen.host)
    server = "\(scheme)://\(ListenAddress(host: listen.isEverywhere ? "127.0.0.1" : listen.host, port: port))"
    page = isSecure || isLoopback ? .own : .ownPlain
    self.own = own
    log = configuration.audit
    if let external = configuration.externalURL {
      links = [NetworkLink(url: Self.page(external.description, room, tokens), interface: nil)]
    } else if let name = configuration.certificate?.hostNames.first {
      links = [NetworkLink(url: url(ListenAddress(host: name, port: port)), interface: nil)]
    } else if listen.isEverywhere {
      let current: @Sendable () -> [NetworkLink] = { NetworkLink.forAllNetworks(listen, port: port, url: url) }
      let found = current()
      links =
        found.isEmpty ? [NetworkLink(url: url(ListenAddress(host: "localhost", port: port)), interface: nil)] : found
      currentLinks = current
    } else {
      links = [NetworkLink(url: url(ListenAddress(host: listen.host, port: port)), interface: nil)]
    }
  }
}
