import Oriel

/// Where the room of a share is.
struct SharePlace {
  /// The room server, as this command reaches it.
  let server: String
  /// What viewers open.
  let links: [NetworkLink]
  /// The same as it is later: this machine comes into networks and leaves them. Nil where it makes no difference.
  var currentLinks: (@Sendable () -> [NetworkLink])?
  let page: ShareLink.Page
  var own: RoomServer?
  /// What the server of its own writes into.
  var log: AuditLog?

  /// The page of a room.
  /// - Parameter base: a server's URL, ending with a slash.
  static func page(_ base: String, _ room: String, _ tokens: ShareTokens) -> String {
    "\(base)room/\(room)\(tokens.fragment)"
  }

  /// A room server elsewhere.
  init(elsewhere server: String, external: ExternalURL?, room: String, _ tokens: ShareTokens) {
    let base = external?.description ?? (server.hasSuffix("/") ? server : server + "/")
    let isSecure = base.hasPrefix("https:") || base.hasPrefix("wss:")
    self.server = server
    links = [NetworkLink(url: Self.page(base, room, tokens), interface: nil)]
    page = isSecure ? .served : .servedInTheOpen
  }

  /// A server of its own.
  /// - Parameters:
  ///   - listen: where it listens.
  ///   - port: the port that it got there.
  init(
    own: RoomServer, _ configuration: SocketIOServerConfiguration, _ listen: ListenAddress, port: Int, room: String,
    _ tokens: ShareTokens
  ) {
    let scheme = configuration.certificate == nil ? "http" : "https"
    let url: @Sendable (ListenAddress) -> String = { Self.page("\(scheme)://\($0)/", room, tokens) }
    let isSecure = configuration.externalURL?.isSecure ?? (configuration.certificate != nil)
    let isLoopback = configuration.externalURL == nil && LocalAddress.isLoopback(listen.host)
    server = "\(scheme)://\(ListenAddress(host: listen.isEverywhere ? "127.0.0.1" : listen.host, port: port))"
    page = isSecure || isLoopback ? .own : .ownInTheOpen
    self.own = own
    log = configuration.audit
    if let external = configuration.externalURL {
      links = [NetworkLink(url: Self.page(external.description, room, tokens), interface: nil)]
    } else if let name = configuration.certificate?.hostNames.first {
      links = [NetworkLink(url: url(ListenAddress(host: name, port: port)), interface: nil)]
    } else if listen.isEverywhere {
      let current: @Sendable () -> [NetworkLink] = { NetworkLink.toEverywhere(listen, port: port, url: url) }
      let found = current()
      links =
        found.isEmpty ? [NetworkLink(url: url(ListenAddress(host: "localhost", port: port)), interface: nil)] : found
      currentLinks = current
    } else {
      links = [NetworkLink(url: url(ListenAddress(host: listen.host, port: port)), interface: nil)]
    }
  }
}
