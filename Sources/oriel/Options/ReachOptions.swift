import ArgumentParser
import Oriel

/// Under which names a room server is reached, by whose word, and from which pages.
struct ReachOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where people reach this server, as in https://rooms.example.org: behind a proxy, a forwarded port, a name of its own. \
      Links are printed with it.
      """, valueName: "url"), transform: parseExternalURL)
  var externalURL: ExternalURL?

  @Option(
    help: ArgumentHelp(
      """
      A name that this server goes by; may be given more than once. Requests for others are refused, as no page should \
      reach it under a name of its own. It goes by localhost, by the machine's name, also with .local, by the address it \
      listens on, and on all addresses by the one that a request came to.
      """, valueName: "name"))
  var hostName: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A page elsewhere that may connect, as in https://example.org or capacitor://localhost; may be given more than once. \
      Pages of this server may, and programs that are no browser. "null" is every page that is a file, or stands in a \
      closed-off frame of whatever site.
      """, valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A site whose pages may show a room in a frame, as in https://example.org; may be given more than once. Such a page can \
      lay what it likes over the frame, and so lead clicks astray. (default: none)
      """, valueName: "origin"))
  var allowFrame: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A proxy in front of this server, as an address (127.0.0.1 stands for [::1], too) or 10.0.0.0/8; may be given more than \
      once. Its X-Forwarded-For \
      says who the clients are, its X-Forwarded-Host, -Port and -Proto what they asked for.
      """, valueName: "address"), transform: parseNetwork)
  var trustedProxy: [AddressRange] = []

  func validate() throws {
    if let origin = allowOrigin.first(where: { !SocketIOServerConfiguration.isOrigin($0) }) {
      throw ValidationError("\(quoted(origin)) is no origin; write it as in https://example.org, without a path")
    }
    if let origin = allowFrame.first(where: { !SocketIOServerConfiguration.isFramingOrigin($0) }) {
      throw ValidationError("\(quoted(origin)) is no site; write it as in https://example.org, without a path")
    }
    if let name = hostName.first(where: { !SocketIOServerConfiguration.isHostName($0) }) {
      throw ValidationError("\(quoted(name)) is no host's name; write it as in rooms.example.org, without a port")
    }
  }

  /// The first option that a room server elsewhere has no use for.
  var ownServerOption: String? {
    if !hostName.isEmpty { return "--host-name" }
    if !allowOrigin.isEmpty { return "--allow-origin" }
    if !allowFrame.isEmpty { return "--allow-frame" }
    return trustedProxy.isEmpty ? nil : "--trusted-proxy"
  }

  func apply(to configuration: inout SocketIOServerConfiguration) {
    configuration.externalURL = externalURL
    configuration.hostNames += hostName
    configuration.allowedOrigins = allowOrigin
    configuration.framingOrigins = allowFrame
    configuration.trustedProxies = trustedProxy
    // A proxy on this machine that goes to "localhost" comes by either.
    if trustedProxy.contains(where: { $0.contains(addressOf: "127.0.0.1") }) {
      configuration.trustedProxies += [AddressRange("::1")].compactMap(\.self)
    }
  }
}

@Sendable private func parseNetwork(_ text: String) throws -> AddressRange {
  guard let range = AddressRange(text) else {
    throw ValidationError("write an address, or a network as in 10.0.0.0/8")
  }
  return range
}

@Sendable private func parseExternalURL(_ text: String) throws -> ExternalURL {
  guard let url = ExternalURL(text) else { throw ValidationError("write a URL as in https://rooms.example.org") }
  return url
}
