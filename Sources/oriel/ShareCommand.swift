import ArgumentParser
import Foundation
import Oriel

/// `oriel share`: a stream from `getDisplayMedia`, to everyone in a room.
struct ShareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "share",
    abstract: "Share the desktop, a monitor, a window or a region live into a room that browsers watch.",
    discussion: """
      Without --server this command serves the room itself, that room alone, and prints the link that viewers open. Whoever \
      has the link can watch, and hear what --audio asks for; where the room has a name of your choice, give --token too, \
      since names can be guessed. Nobody else can share there, unless --publisher-token lets them.

      Keys, on a terminal: p, as SIGUSR1, pauses, and viewers see black while a recording leaves the time out; s shows \
      another surface, with the same link; m mutes the sound; r removes a viewer; l locks the room; c clears the \
      chat, of which who comes later sees the last lines; q stops; ? shows the keys. With --record both the file and the viewers keep the size of the first picture.

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
      A room server that is there already, as in https://rooms.example.org; $HTTPS_PROXY and $NO_PROXY say how to get there. \
      (default: one of its own)
      """,
      valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "With --server: certificates in PEM that may vouch for it, besides the system's or those of $SSL_CERT_FILE.",
      valueName: "file"), completion: .file())
  var caFile: String?

  @Option(
    help: ArgumentHelp(
      """
      Where to serve the room, without --server. (default: on all addresses, port 8080 or the next that is free)
      """, valueName: "host:port"), transform: { try ListenAddress.parse($0, host: Self.defaultListen.host) })
  var listen: ListenAddress?

  @Option(help: ArgumentHelp("What viewers see as who shares. (default: Presenter)", valueName: "name"))
  var name: String?

  @OptionGroup(title: "Whom to let in")
  var tokens: ShareTokenOptions

  @Option(
    help: ArgumentHelp(
      "Without --server: a certificate, with those that vouch for it, in PEM; the link has the first name in it.",
      valueName: "file"), completion: .file())
  var tlsCert: String?

  @Option(help: ArgumentHelp("The certificate's key, in PEM.", valueName: "file"), completion: .file())
  var tlsKey: String?

  @OptionGroup(title: "Where the room is reached")
  var reach: ReachOptions

  @OptionGroup
  var log: AuditLogOption

  @Flag(help: "Show the token to a --server elsewhere by plain HTTP too, where everyone on the way can read it.")
  var insecure = false

  @OptionGroup(title: "What to share")
  var surface: SurfaceOptions

  @OptionGroup(title: "How to encode")
  var quality: QualityOptions

  @OptionGroup(title: "Which sound")
  var audio: AudioOptions

  @OptionGroup(title: "How viewers are reached")
  var connection: ConnectionOptions

  @Option(
    help: ArgumentHelp("Record what is shared into a file as well.", valueName: "file"),
    completion: .file(extensions: ["webm"]))
  var record: String?

  @Flag(help: "Replace the file of --record if it exists.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "What the file of --record calls the picture. (default: the monitor's name, or the window's class)",
      valueName: "text"))
  var title: String?

  @Option(
    help: ArgumentHelp("Stop after 90s, 2m or 1h; a bare number is seconds.", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime?

  @OptionGroup(title: "What to say")
  var verbosity: VerbosityOptions

  func validate() throws {
    if let room, RoomName(room) == nil {
      throw ValidationError("\(quoted(room)) is no room's name: it has 1 to 64 of A-Z, a-z, 0-9, _ and -")
    }
    if let server {
      do { try SocketIOClientConfiguration(url: server).validate() } catch { throw ValidationError("\(error)") }
    }
    if server != nil, listen != nil {
      throw ValidationError("--listen is for a room server of its own; leave out --server or --listen")
    }
    try tokens.check(server: server)
    if (tlsCert == nil) != (tlsKey == nil) { throw ValidationError("--tls-cert and --tls-key go together; give both") }
    if server != nil, tlsCert != nil {
      throw ValidationError("--tls-cert is for a room server of its own; leave out --server or --tls-cert")
    }
    if server == nil, caFile != nil {
      throw ValidationError("--ca-file is for the room server of --server; give that, or leave out --ca-file")
    }
    if server != nil, let option = reach.ownServerOption ?? (log.log == nil ? nil : "--log") {
      throw ValidationError("\(option) is for a room server of its own; leave out --server or \(option)")
    }
    if audio.separateTracks, record == nil {
      throw ValidationError("--separate-tracks are those of a file; give --record too")
    }
    if title != nil, record == nil { throw ValidationError("--title is that of a file; give --record too") }
    if let record { try OutputFormat.webM.check(record) }
    if let record, isStandardOutput(record) { throw ValidationError("--record takes the name of a file") }
  }

  func run() async throws {
    let signals = Signals()
    let reporter = verbosity.reporter(mediaOnStandardOutput: false)
    do {
      let (encoding, display, sound) = try quality.resolve(surface, audio)
      var configuration = try connection.configuration(encoding: Self.live(encoding))
      let tokens = try tokens.resolve(server: server, reporter)
      try checkToken(tokens.own)
      if let bitrate = sound.bitrate { configuration.audioEncoding.bitrate = bitrate }
      let impatience = sound.impatience(reporter)
      defer { impatience.cancel() }
      let stream = try await sound.open(display)
      impatience.cancel()
      let seen = SeenByViewers(stream.getTracks(), display, sound)
      // A file has one size, and one encode means one size for viewers too, whatever becomes of the surface.
      if record != nil, let size = seen.size {
        let longest = PixelSize(width: Geometry.longest, height: Geometry.longest)
        configuration.encoding.canvas = size.fitted(into: configuration.encoding.maximumSize ?? longest)
      }
      var output = record.map { RecordingOutput.file(path: $0, replacing: force) }
      if let record,
        let stream = try await openStream(record, replacing: force, signals: signals, reporter: reporter)
      {
        output = .descriptor(stream, name: record)
      }
      raiseDescriptorLimit()
      let (identity, hold) = try identity(reporter)
      defer { withExtendedLifetime(hold) {} }
      configuration.certificates = [identity.certificate]
      let room = room ?? RoomName.random().description
      let place = try await openPlace(room, tokens, reporter)
      var socket = SocketIOClientConfiguration(url: place.server)
      socket.isOwnServer = place.own != nil
      socket.trustedCertificates = caFile
      let client = RoomClient(
        socket, room: room,
        RoomJoin(role: .publisher, name: name ?? "Presenter", token: tokens.own, session: identity.session))
      let share = await ScreenShare(stream, in: client, configuration: configuration)
      var options = MediaRecorderOptions()
      options.encoding = configuration.encoding
      options.audioBitsPerSecond = sound.bitrate
      options.title = title
      // In a stream of its own: one whose tracks change is recorded no more.
      let recorded = MediaStream(
        stream.getVideoTracks()
          + (sound.isSeparate ? try await sound.separateTracks() : stream.getAudioTracks()))
      let session = ShareSession(
        share: share, seen: seen,
        link: ShareLink(
          place, identity: identity, isOpen: place.own != nil && self.room != nil && tokens.viewers == nil),
        room: room,
        recorder: record == nil ? nil : try MediaRecorder(recorded, options), file: record,
        surfaces: SurfaceMenu(options: display, sound: sound), recordedSound: recorded.getAudioTracks(),
        duration: duration, log: place.log, signals: signals, reporter: reporter)
      let status = try await session.run(output)
      configuration.rtpDump?.close()
      await place.own?.shutdown(within: .seconds(1))
      place.log?.close()
      if status != .finished { throw status.exitCode }
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }

  /// A preset's settings for viewers.
  private static func live(_ encoding: EncodingSettings) -> EncodingSettings {
    var live = encoding
    live.rateControl = EncodingSettings.live.rateControl
    return live
  }

  /// - Throws: `Failure` where the token would go to another machine for everyone on the way to read.
  private func checkToken(_ token: String?) throws(Failure) {
    guard let server, token != nil, !insecure, let parts = URLComponents(string: server),
      ["http", "ws"].contains(parts.scheme?.lowercased()), let host = parts.host, !LocalAddress.isLoopback(host)
    else { return }
    throw Failure(
      status: .usage, code: "usage",
      message:
        "the token would go to \(host) by plain HTTP, for everyone on the way to read; give an https:// --server, or "
        + "--insecure")
  }

  /// Who shares: the same as yesterday in a room with a name, and else somebody new.
  private func identity(_ reporter: Reporter) throws -> (ShareIdentity, hold: IdentityHold?) {
    do throws(RTCCertificateError) {
      guard let room else { return (try .random(), nil) }
      guard let file = IdentityFile(server: server ?? IdentityFile.ownServer, room: room) else {
        reporter.warn(
          "neither HOME nor XDG_STATE_HOME says where to keep what links rely on: the link vouches for this share alone, "
            + "not for the next one in this room", code: "identity")
        return (try .random(), nil)
      }
      return try file.identity { reporter.warn($0, code: "identity") }
    } catch {
      throw Failure(status: .software, code: "certificate", message: error.description)
    }
  }

  // MARK: - Where the room is

  private func openPlace(_ room: String, _ tokens: ShareTokens, _ reporter: Reporter) async throws -> SharePlace {
    if let server { return SharePlace(elsewhere: server, external: reach.externalURL, room: room, tokens) }
    let listen = listen ?? Self.defaultListen
    let isSecure = certificate != nil || reach.externalURL?.isSecure == true
    if !isSecure, !LocalAddress.isLoopback(listen.host) {
      reporter.warn(
        "the room is served by plain HTTP beyond this machine: everyone on the way can read the chat, the link and the "
          + "tokens of those who come; the picture itself is encrypted", code: "plainHTTP")
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
    return SharePlace(own: own, configuration.server, listen, port: port, room: room, tokens)
  }

  private var certificate: CertificateFiles? {
    guard let tlsCert, let tlsKey else { return nil }
    return CertificateFiles(certificate: tlsCert, key: tlsKey)
  }

  /// A room server of its own, at the port that is asked for; without one asked for, at the next that is free.
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
