import ArgumentParser
import Foundation
import Oriel

/// `oriel share`: sends a stream of `getDisplayMedia` to the viewers in a room.
struct ShareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "share",
    abstract: "Share the desktop, a monitor, a window or a region live into a room that browsers watch.",
    discussion: """
      Without --server this command serves the room itself, only that room, and prints the link for viewers. Everyone \
      with the link can watch, and hear the sound that --audio shares. A room name of your own choice can be guessed; \
      give --token with it. Only you can share in the room, unless you give --publisher-token.

      Keys in a terminal: p (or SIGUSR1) pauses: viewers see black, and a recording leaves the pause out; s shows \
      another surface, with the same link; m mutes the sound; r removes a viewer; l locks the room; c clears the chat, \
      whose last lines new viewers can read; q stops; ? lists the keys. With --record the file and the viewers keep \
      the size of the first picture.

      Examples:
        oriel share
        oriel share --monitor HDMI-1 --record talk.webm
        oriel share --window 'Slides*' --audio window
        oriel share --exclude 'class:KeePassXC' --exclude '*inbox*'
        oriel share --server https://rooms.example.org --room stand-up --token @secret
      """)

  private static let defaultListen = ListenAddress(host: "0.0.0.0", port: 8080, bothFamilies: true)

  @Option(help: ArgumentHelp("The room's name. (default: 128 random bits)", valueName: "name"))
  var room: String?

  @Option(
    help: ArgumentHelp(
      """
      Use this room server, as in https://rooms.example.org; $HTTPS_PROXY and $NO_PROXY apply. (default: this command \
      serves the room itself)
      """,
      valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "With --server: more certificate authorities to trust, in PEM, besides the system's or those of $SSL_CERT_FILE.",
      valueName: "file"), completion: .file())
  var caFile: String?

  @Option(
    help: ArgumentHelp(
      """
      Without --server: the address to serve the room on. (default: all addresses, port 8080 or the next free one)
      """, valueName: "host:port"), transform: { try ListenAddress.parse($0, host: Self.defaultListen.host) })
  var listen: ListenAddress?

  @Option(help: ArgumentHelp("Your name, as viewers see it. (default: Presenter)", valueName: "name"))
  var name: String?

  @OptionGroup(title: "Access")
  var tokens: ShareTokenOptions

  @Option(
    help: ArgumentHelp(
      "Without --server: the certificate chain in PEM; the printed link uses the first name in the certificate.",
      valueName: "file"), completion: .file())
  var tlsCert: String?

  @Option(help: ArgumentHelp("The certificate's key, in PEM.", valueName: "file"), completion: .file())
  var tlsKey: String?

  @OptionGroup(title: "Addresses and proxies")
  var reach: ReachOptions

  @OptionGroup
  var log: AuditLogOption

  @Flag(help: "Send the token to a --server on another machine even by plain HTTP, where it can be read on its way.")
  var insecure = false

  @OptionGroup
  var capture: CaptureOptions

  @OptionGroup(title: "Connections to viewers")
  var connection: ConnectionOptions

  @Option(
    help: ArgumentHelp("Also record what is shared into this file.", valueName: "file"),
    completion: .file(extensions: ["webm"]))
  var record: String?

  @Flag(help: "Replace the file of --record if it exists.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "The name of the video track in the file of --record. (default: the monitor's name, or the window's class)",
      valueName: "text"))
  var title: String?

  @Option(
    help: ArgumentHelp("Stop after this time, as in 90s, 2m or 1h; a bare number is seconds.", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime?

  @OptionGroup(title: "Output")
  var verbosity: VerbosityOptions

  func validate() throws {
    if let room, RoomName(room) == nil {
      throw ValidationError("\(quoted(room)) is not a room name; use 1 to 64 of A-Z, a-z, 0-9, _ and -")
    }
    if let server {
      do { try SocketIOClientConfiguration(url: server).validate() } catch { throw ValidationError("\(error)") }
    }
    if server != nil, listen != nil {
      throw ValidationError("--listen and --server contradict each other; give one of them")
    }
    try tokens.check(server: server)
    if (tlsCert == nil) != (tlsKey == nil) { throw ValidationError("--tls-cert and --tls-key go together; give both") }
    if server != nil, tlsCert != nil {
      throw ValidationError("--tls-cert and --server contradict each other; give one of them")
    }
    if server == nil, caFile != nil {
      throw ValidationError("--ca-file is for a room server given by --server; give --server, or leave out --ca-file")
    }
    if server != nil, let option = reach.ownServerOption ?? (log.log == nil ? nil : "--log") {
      throw ValidationError("\(option) and --server contradict each other; give one of them")
    }
    if capture.audio.separateTracks, record == nil {
      throw ValidationError("--separate-tracks is for the recorded file; give --record, too")
    }
    if title != nil, record == nil { throw ValidationError("--title is for the recorded file; give --record, too") }
    if let record { try OutputFormat.webM.check(record) }
    if let record, isStandardOutput(record) { throw ValidationError("--record takes the name of a file") }
  }

  func run() async throws {
    let signals = Signals()
    let reporter = verbosity.reporter(mediaOnStandardOutput: false)
    do {
      let request = try request()
      var configuration = try connection.configuration(encoding: request.encoding)
      if let bitrate = request.sound.bitrate { configuration.audioEncoding.bitrate = bitrate }
      let tokens = try tokens.resolve(server: server, reporter)
      try checkToken(tokens.own)
      let stream = try await request.open(reporter)
      let seen = SharedContent(stream.getTracks(), request)
      // A file has one size, and the viewers share its encode: they keep that size when the surface changes its own.
      if record != nil, let size = seen.size {
        let longest = PixelSize(width: Geometry.longest, height: Geometry.longest)
        configuration.encoding.canvas = size.fitted(into: configuration.encoding.maximumSize ?? longest)
      }
      let output = try await output(signals, reporter)
      raiseDescriptorLimit()
      let (identity, lock) = try identity(reporter)
      defer { withExtendedLifetime(lock) {} }
      configuration.certificates = [identity.certificate]
      let room = room ?? RoomName.random().description
      let location = try await openRoom(room, tokens, reporter)
      let client = client(of: room, at: location, token: tokens.own, session: identity.session)
      let share = await ScreenShare(
        stream, in: client, configuration: configuration, relayAdvice: "give one by --ice-server")
      var options = request.recorderOptions(title: title)
      options.encoding = configuration.encoding
      // In a stream of its own: MediaRecorder stops when the tracks of its stream change.
      let recorded = MediaStream(
        stream.getVideoTracks()
          + (request.sound.isSeparate ? try await CaptureRequest.openSeparateSound() : stream.getAudioTracks()))
      let session = ShareSession(
        share: share, seen: seen,
        link: ShareLink(
          location, identity: identity, isOpen: location.own != nil && self.room != nil && tokens.viewers == nil),
        room: room,
        recorder: record == nil ? nil : try MediaRecorder(recorded, options), file: record,
        surfaces: SurfaceMenu(request: request), recordedSound: recorded.getAudioTracks(), duration: duration,
        log: location.log, signals: signals, reporter: reporter)
      let status = try await session.run(output)
      configuration.rtpDump?.close()
      await location.own?.shutdown(within: .seconds(1))
      location.log?.close()
      if status != .finished { throw status.exitCode }
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }

  /// What to capture, encoded for viewers.
  private func request() throws -> CaptureRequest {
    var request = try capture.request()
    request.encoding.rateControl = EncodingSettings.live.rateControl
    return request
  }

  /// The output of the recording; nil without `--record`.
  private func output(_ signals: Signals, _ reporter: Reporter) async throws(Failure) -> RecordingOutput? {
    guard let record else { return nil }
    let stream = try await openStream(record, replacing: force, signals: signals, reporter: reporter)
    return stream.map { .descriptor($0, name: record) } ?? .file(path: record, replacing: force)
  }

  /// - Throws: `Failure` if the token would be sent to another machine unencrypted.
  private func checkToken(_ token: String?) throws(Failure) {
    guard let server, token != nil, !insecure, let parts = URLComponents(string: server),
      ["http", "ws"].contains(parts.scheme?.lowercased()), let host = parts.host, !LocalAddress.isLoopback(host)
    else { return }
    throw Failure(
      status: .usage, code: "usage",
      message:
        "the token would be sent to \(host) by plain HTTP, where it can be read on its way; give an https:// --server, "
        + "or --insecure")
  }

  /// The identity of this share: the stored one for a room named by `--room`, else a random one.
  private func identity(_ reporter: Reporter) throws -> (ShareIdentity, lock: IdentityLock?) {
    do throws(RTCCertificateError) {
      guard let room else { return (try .random(), nil) }
      guard let file = IdentityFile(server: server ?? IdentityFile.ownServer, room: room) else {
        reporter.warn(
          "cannot store the certificate of this share, as neither HOME nor XDG_STATE_HOME is set; its link is valid for "
            + "this share only", code: "identity")
        return (try .random(), nil)
      }
      return try file.identity { reporter.warn($0, code: "identity") }
    } catch {
      throw Failure(status: .software, code: "certificate", message: error.description)
    }
  }

  // MARK: - The room and its server

  private func client(of room: String, at location: RoomLocation, token: String?, session: String?) -> RoomClient {
    var socket = SocketIOClientConfiguration(url: location.server)
    socket.isOwnServer = location.own != nil
    socket.trustedCertificates = caFile
    return RoomClient(
      socket, room: room, RoomJoin(role: .publisher, name: name ?? "Presenter", token: token, session: session))
  }

  private func openRoom(_ room: String, _ tokens: ShareTokens, _ reporter: Reporter) async throws -> RoomLocation {
    if let server { return RoomLocation(remote: server, external: reach.externalURL, room: room, tokens) }
    let listen = listen ?? Self.defaultListen
    let isSecure = certificate != nil || reach.externalURL?.isSecure == true
    if !isSecure, !LocalAddress.isLoopback(listen.host) {
      reporter.warn(
        "the room is served by plain HTTP beyond this machine: the chat, the link and the tokens of viewers can be read "
          + "on their way; picture and sound are encrypted", code: "plainHTTP")
    }
    var configuration = RoomServerConfiguration()
    configuration.rooms.names = RoomName(room).map { [$0] }
    configuration.rooms.token = tokens.viewers.flatMap(Secret.init)
    configuration.rooms.publisherToken = tokens.own.flatMap(Secret.init)
    configuration.server.certificate = certificate
    configuration.server.hostNames = certificate?.hostNames ?? []
    configuration.server.audit = try log.open(reporter)
    reach.apply(to: &configuration.server)
    let (own, port) = try await serve(listen, configuration)
    return RoomLocation(own: own, configuration.server, listen, port: port, room: room, tokens)
  }

  private var certificate: CertificateFiles? {
    guard let tlsCert, let tlsKey else { return nil }
    return CertificateFiles(certificate: tlsCert, key: tlsKey)
  }

  /// Starts this command's own room server, on the port of `--listen`; without the option, on the first free port from
  /// 8080.
  private func serve(
    _ listen: ListenAddress, _ configuration: RoomServerConfiguration
  ) async throws -> (RoomServer, port: Int) {
    let last = self.listen == nil ? listen.port + 100 : listen.port
    var configuration = configuration
    listen.apply(to: &configuration.server)
    while true {
      let server = RoomServer(configuration)
      do {
        return (server, try await server.start())
      } catch let error as SocketIOServerError {
        await server.shutdown()
        guard case .addressInUse = error, configuration.server.port < last else { throw error }
        configuration.server.port += 1
      }
    }
  }
}
