import ArgumentParser
import Oriel

/// Whom a room server lets in, and what its rooms are like.
struct RoomServerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Members of one room.", valueName: "number"))
  var capacity = 101

  @Option(
    help: ArgumentHelp(
      """
      What one has to know to join a room: the text itself, or @FILE for a file's first line. (default: $ORIEL_TOKEN, \
      or none)
      """, valueName: "token"))
  var token: String?

  @Option(
    help: ArgumentHelp(
      "What one has to know to share a screen in a room. (default: $ORIEL_PUBLISHER_TOKEN, or none)",
      valueName: "token"))
  var publisherToken: String?

  @Option(
    help: ArgumentHelp(
      """
      A page elsewhere that may connect, as in https://example.org; may be given more than once. Pages of this server \
      may, and programs that are no browser.
      """, valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A name that this server goes by; may be given more than once. Requests for others are refused, as no page should \
      reach it under a name of its own. It goes by localhost, by the address it listens on, and on all addresses by the \
      one that a request came to.
      """, valueName: "name"))
  var hostName: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A proxy in front of this server, as an address or 10.0.0.0/8; may be given more than once. Its X-Forwarded-For \
      says who the clients are.
      """, valueName: "address"), transform: parseNetwork)
  var trustedProxy: [AddressRange] = []

  @Option(
    help: ArgumentHelp(
      "A certificate, with those that vouch for it, in PEM. Read again when it changes.", valueName: "file"),
    completion: .file())
  var tlsCert: String?

  @Option(help: ArgumentHelp("The certificate's key, in PEM.", valueName: "file"), completion: .file())
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "A TURN server that members get credentials for, as in turn:turn.example.org:3478; may be given more than once.",
      valueName: "uri"))
  var turnURI: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The secret shared with the TURN server (coturn's static-auth-secret), or @FILE. Credentials hold for an hour. \
      (default: $ORIEL_TURN_SECRET)
      """, valueName: "secret"))
  var turnSecret: String?

  @Option(help: ArgumentHelp("Where Socket.IO is.", valueName: "path"))
  var path = "/socket.io/"

  func validate() throws {
    guard 1...10_000 ~= capacity else { throw ValidationError("--capacity is a number from 1 to 10000") }
    if let origin = allowOrigin.first(where: { !SocketIOServerConfiguration.isOrigin($0) }) {
      throw ValidationError("\(quoted(origin)) is no origin; write it as in https://example.org, without a path")
    }
    if let name = hostName.first(where: { !SocketIOServerConfiguration.isHostName($0) }) {
      throw ValidationError("\(quoted(name)) is no host's name; write it as in rooms.example.org, without a port")
    }
    if (tlsCert == nil) != (tlsKey == nil) { throw ValidationError("--tls-cert and --tls-key go together; give both") }
    if let uri = turnURI.first(where: { !Self.isTURN($0) }) {
      throw ValidationError("\(quoted(uri)) is no TURN server; write it as in turn:turn.example.org:3478")
    }
    guard path.hasPrefix("/"), path.hasSuffix("/"), path.count > 1, path.utf8.allSatisfy(Self.isPathByte) else {
      throw ValidationError("--path begins and ends with a slash, as in /socket.io/")
    }
    if let taken = ["/room/", "/assets/", "/healthz/", "/metrics/"].first(where: { path.hasPrefix($0) }) {
      throw ValidationError("\(taken) is the server's own already; choose another --path")
    }
  }

  /// Puts what the options say into a configuration.
  /// - Throws: `Failure`.
  func apply(to configuration: inout RoomServerConfiguration, _ reporter: Reporter) throws(Failure) {
    configuration.rooms.capacity = capacity
    let token = try SecretOption.text(token, option: "--token", variable: "ORIEL_TOKEN")
    let publishers = try SecretOption.text(
      publisherToken, option: "--publisher-token", variable: "ORIEL_PUBLISHER_TOKEN")
    SecretOption.warnOfShort(token, option: "--token", reporter)
    SecretOption.warnOfShort(publishers, option: "--publisher-token", reporter)
    configuration.rooms.token = token.flatMap(Secret.init)
    configuration.rooms.publisherToken = publishers.flatMap(Secret.init)
    configuration.server.path = path
    configuration.server.allowedOrigins = allowOrigin
    configuration.server.hostNames = hostName
    configuration.server.trustedProxies = trustedProxy
    if let tlsCert, let tlsKey {
      configuration.server.certificate = CertificateFiles(certificate: tlsCert, key: tlsKey)
    }
    let secret = try SecretOption.text(turnSecret, option: "--turn-secret", variable: "ORIEL_TURN_SECRET")
    guard turnURI.isEmpty == (secret == nil) || turnSecret == nil && turnURI.isEmpty else {
      throw Failure(
        status: .usage, code: "usage", message: "--turn-uri and --turn-secret go together; give both, or neither")
    }
    if let secret, !turnURI.isEmpty { configuration.turn = TURNServer(uris: turnURI, secret: secret) }
  }

  private static func isTURN(_ uri: String) -> Bool {
    var configuration = RTCConfiguration()
    configuration.iceServers = [RTCIceServer(urls: [uri], username: "user", credential: "credential")]
    return (try? configuration.validate()) != nil
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "/": true
    default: false
    }
  }
}

@Sendable private func parseNetwork(_ text: String) throws -> AddressRange {
  guard let range = AddressRange(text) else {
    throw ValidationError("write an address, or a network as in 10.0.0.0/8")
  }
  return range
}
