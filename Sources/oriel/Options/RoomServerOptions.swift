import ArgumentParser
import Oriel

/// The access and the rooms of a room server.
struct RoomServerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most members of a room.", valueName: "number"))
  var capacity = 101

  @Option(
    help: ArgumentHelp(
      """
      The token that is needed to join a room: the text itself, or @FILE for a file's first line. (default: \
      $ORIEL_TOKEN, or none)
      """, valueName: "token"))
  var token: String?

  @Option(
    help: ArgumentHelp(
      "The token that is needed to share a screen in a room. (default: $ORIEL_PUBLISHER_TOKEN, or none)",
      valueName: "token"))
  var publisherToken: String?

  @Option(
    help: ArgumentHelp(
      "The certificate chain in PEM. It is read again when it changes.", valueName: "file"),
    completion: .file())
  var tlsCert: String?

  @Option(help: ArgumentHelp("The certificate's key, in PEM.", valueName: "file"), completion: .file())
  var tlsKey: String?

  @Flag(
    help: """
      With TLS, make browsers use only HTTPS for this server's name for a day, on all its ports (Strict-Transport-Security).
      """)
  var hsts = false

  @Option(
    help: ArgumentHelp(
      "A TURN server that members may use, as in turn:turn.example.org:3478; may be given more than once.",
      valueName: "uri"))
  var turnURI: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The secret shared with the TURN server (coturn's static-auth-secret), or @FILE. Members get credentials that are \
      valid for an hour. (default: $ORIEL_TURN_SECRET)
      """, valueName: "secret"))
  var turnSecret: String?

  @Option(help: ArgumentHelp("The URL path of Socket.IO.", valueName: "path"))
  var path = "/socket.io/"

  func validate() throws {
    guard 1...10_000 ~= capacity else { throw ValidationError("--capacity is a number from 1 to 10000") }
    if (tlsCert == nil) != (tlsKey == nil) { throw ValidationError("--tls-cert and --tls-key go together; give both") }
    if let uri = turnURI.first(where: { !Self.isTURN($0) }) {
      throw ValidationError("\(quoted(uri)) is not a TURN server; write it as in turn:turn.example.org:3478")
    }
    guard path.hasPrefix("/"), path.hasSuffix("/"), path.count > 1, path.utf8.allSatisfy(Self.isPathByte) else {
      throw ValidationError("--path begins and ends with a slash, as in /socket.io/")
    }
    if let taken = ["/room/", "/assets/", "/healthz/", "/metrics/"].first(where: { path.hasPrefix($0) }) {
      throw ValidationError("\(taken) is reserved by the server; choose another --path")
    }
  }

  /// Applies the options to a configuration.
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
    if let tlsCert, let tlsKey {
      configuration.server.certificate = CertificateFiles(certificate: tlsCert, key: tlsKey)
    }
    configuration.server.sendsStrictTransport = hsts
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
