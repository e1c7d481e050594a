import ArgumentParser
import Oriel

/// The names of a room server, the proxies it trusts, and the origins it accepts.
struct ReachOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The address of this server for others, as in https://rooms.example.org, if it is behind a proxy or a forwarded \
      port or has a name. Printed links use it.
      """, valueName: "url"), transform: parseExternalURL)
  var externalURL: ExternalURL?

  @Option(
    help: ArgumentHelp(
      """
      A host name of this server; may be given more than once. Requests for other names are refused, against DNS \
      rebinding. Always accepted: localhost, the machine's name, also with .local, the address it listens on, and when \
      it listens on all addresses, the one that the request arrived at.
      """, valueName: "name"))
  var hostName: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The origin of other pages that may connect, as in https://example.org or capacitor://localhost; may be given \
      more than once. Pages of this server, and programs other than browsers, always may. "null" means every page that \
      is a local file or in a sandboxed frame of any site.
      """, valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A site whose pages may show a room in a frame, as in https://example.org; may be given more than once. Name only \
      sites that you trust: they could cover the frame to misdirect clicks. (default: none)
      """, valueName: "origin"))
  var allowFrame: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A proxy in front of this server, as an address (127.0.0.1 includes [::1]) or a network such as 10.0.0.0/8; may \
      be given more than once. The client's address is taken from its X-Forwarded-For, the requested URL from its \
      X-Forwarded-Host, -Port and -Proto.
      """, valueName: "address"), transform: parseNetwork)
  var trustedProxy: [AddressRange] = []

  func validate() throws {
    if let origin = allowOrigin.first(where: { !SocketIOServerConfiguration.isOrigin($0) }) {
      throw ValidationError("\(quoted(origin)) is not an origin; write it as in https://example.org, without a path")
    }
    if let origin = allowFrame.first(where: { !SocketIOServerConfiguration.isFramingOrigin($0) }) {
      throw ValidationError("\(quoted(origin)) is not a site; write it as in https://example.org, without a path")
    }
    if let name = hostName.first(where: { !SocketIOServerConfiguration.isHostName($0) }) {
      throw ValidationError("\(quoted(name)) is not a host name; write it as in rooms.example.org, without a port")
    }
  }

  /// The first given option that applies to this command's own room server only.
  var ownServerOption: String? {
    if !hostName.isEmpty { return "--host-name" }
    if !allowOrigin.isEmpty { return "--allow-origin" }
    if !allowFrame.isEmpty { return "--allow-frame" }
    return trustedProxy.isEmpty ? nil : "--trusted-proxy"
  }

  func apply(to configuration: inout SocketIOServerConfiguration) {
    configuration.settingNames.hostNames = "--host-name"
    configuration.settingNames.allowedOrigins = "--allow-origin"
    configuration.settingNames.externalURL = "--external-url"
    configuration.externalURL = externalURL
    configuration.hostNames += hostName
    configuration.allowedOrigins = allowOrigin
    configuration.framingOrigins = allowFrame
    configuration.trustedProxies = trustedProxy
    // A proxy on this machine that connects to "localhost" may use either family.
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
