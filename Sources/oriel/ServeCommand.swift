import ArgumentParser
import Foundation
import Logging
import Oriel

/// `oriel serve`: the room server and its page.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve rooms: the page to watch on, and the Socket.IO server behind it.",
    discussion: """
      People open http://HOST:PORT/room/NAME and are in that room. Pages and programs that speak Socket.IO 2 to 4 can use \
      the server too. Ends with Ctrl-C or SIGTERM: everyone is told, and nothing half done is left.

      Without TLS everyone on the way can read along, and browsers keep some of what they can do from the page unless it \
      comes from the same machine. Give a certificate, or put a proxy with one in front (and name it with \
      --trusted-proxy). Without --listen it takes the socket that a service manager such as systemd hands over.

      Examples:
        oriel serve
        oriel serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
        ORIEL_TOKEN=secret oriel serve --publisher-token @/etc/oriel/publisher
      """)

  private static let defaultListen = ListenAddress(host: "127.0.0.1", port: 8080, bothFamilies: true)

  @Option(
    help: ArgumentHelp(
      """
      Where to listen; [::] is on all addresses, 0.0.0.0 on those of IPv4, port 0 any that is free. (default: port 8080 of \
      this machine alone, 127.0.0.1 and [::1])
      """, valueName: "host:port"), transform: { try ListenAddress.parse($0, host: Self.defaultListen.host) })
  var listen: ListenAddress?

  @OptionGroup(title: "Whom to let in")
  var options: RoomServerOptions

  @OptionGroup(title: "Where it is reached")
  var reach: ReachOptions

  @Option(
    help: ArgumentHelp(
      """
      A key by which oriel token lets people into rooms: its name, and the file in whose first line it stands; may be given \
      more than once. SIGHUP has the files read again; who came by a key that is gone is taken out.
      """, valueName: "id=@file"), transform: GrantKeyOption.parse)
  var grantKey: [GrantKeyOption] = []

  @OptionGroup(title: "What clients may cost")
  var limits: RoomLimitOptions

  @Option(
    help: ArgumentHelp(
      """
      What one has to know to read /metrics, as a bearer token, or @FILE. (default: $ORIEL_METRICS_TOKEN; without one \
      only this machine may read them, or where a proxy on it is trusted, nobody)
      """, valueName: "token"))
  var metricsToken: String?

  @OptionGroup
  var log: AuditLogOption

  @Option(help: ArgumentHelp("How much is said of what goes on.", valueName: "level"))
  var logLevel = LogLevel.notice

  @OptionGroup(title: "What to say")
  var verbosity: VerbosityOptions

  enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case debug, info, notice, warning, error
    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
  }

  func validate() throws {
    if options.hsts, options.tlsCert == nil, reach.trustedProxy.isEmpty {
      throw ValidationError(
        "--hsts is for TLS; give --tls-cert and --tls-key, or the --trusted-proxy whose X-Forwarded-Proto says https")
    }
  }

  func run() async throws {
    let signals = Signals()
    let reporter = verbosity.reporter(mediaOnStandardOutput: false)
    do {
      let stopping = signals.listen()
      let activated = listen == nil ? try ActivatedSocket.take() : nil
      let listen = listen ?? activated?.address ?? Self.defaultListen
      var configuration = try configuration(listen, reporter)
      configuration.server.listeningSocket = activated?.descriptor
      let server = RoomServer(configuration)
      let port = try await server.start()
      announce(listen, port, reporter)
      for await signal in stopping where signal != SIGUSR1 {
        guard signal == SIGHUP, configuration.grantKeys != nil || configuration.server.audit != nil else { break }
        if let keys = configuration.grantKeys { readAgain(keys, reporter) }
        configuration.server.audit?.reopen()
      }
      await server.shutdown()
      configuration.server.audit?.close()
      reporter.emit(Stopped())
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as SocketIOServerError {
      throw reporter.fail(error.failure)
    }
  }

  private func readAgain(_ keys: GrantKeys, _ reporter: Reporter) {
    // A key that is not there any more is one that is taken out, however that came about.
    keys.replace(
      by: grantKey.readable(option: "--grant-key") { name, why in
        reporter.warn("\(why); the key \(name) is taken out, and who came by it", code: "grantKey")
      })
    reporter.say("Read the keys for grants again")
  }

  private func configuration(_ listen: ListenAddress, _ reporter: Reporter) throws(Failure) -> RoomServerConfiguration {
    var configuration = RoomServerConfiguration()
    listen.apply(to: &configuration.server)
    configuration.server.logger = Logger(label: "oriel.rooms") { _ in LogLines(reporter, level: logLevel.level) }
    limits.apply(to: &configuration.server.limits)
    try options.apply(to: &configuration, reporter)
    reach.apply(to: &configuration.server)
    let metrics = try SecretOption.text(metricsToken, option: "--metrics-token", variable: "ORIEL_METRICS_TOKEN")
    SecretOption.warnOfShort(metrics, option: "--metrics-token", reporter)
    configuration.metricsToken = metrics.flatMap(Secret.init)
    if !grantKey.isEmpty { configuration.grantKeys = GrantKeys(try grantKey.read(option: "--grant-key")) }
    configuration.server.audit = try log.open(reporter)
    raiseDescriptorLimit()
    return configuration
  }

  private func announce(_ listen: ListenAddress, _ port: Int, _ reporter: Reporter) {
    let scheme = options.tlsCert == nil ? "http" : "https"
    var links: [NetworkLink] = []
    if let external = reach.externalURL {
      links = [NetworkLink(url: external.description, interface: nil)]
    } else if listen.isEverywhere {
      links = NetworkLink.toEverywhere(listen, port: port) { "\(scheme)://\($0)/" }
    }
    if links.isEmpty {
      let host = listen.isEverywhere ? "localhost" : listen.host
      links = [NetworkLink(url: "\(scheme)://\(ListenAddress(host: host, port: port))/", interface: nil)]
    }
    if options.tlsCert == nil, !LocalAddress.isLoopback(listen.host), reach.trustedProxy.isEmpty,
      reach.externalURL?.isSecure != true
    {
      reporter.warn(
        "this is plain HTTP beyond this machine: everyone on the way can read and change what is said in the rooms, and "
          + "browsers elsewhere keep screen sharing and the clipboard from its pages; give --tls-cert and --tls-key",
        code: "plainHTTP")
    }
    reporter.emit(Ready(url: links[0].url, links: links))
    let texts = links.map { NetworkLink(url: "\($0.url)room/NAME", interface: $0.interface).text }
    reporter.say("Serving rooms at \(texts.joined(separator: ", ")); Ctrl-C stops")
  }
}

/// What `oriel serve --json` prints.
private struct Ready: Encodable {
  let event = "ready"
  let url: String
  /// One for each network that people may be in; `url` is the first one's.
  let links: [NetworkLink]
}

private struct Stopped: Encodable {
  let event = "stop"
  let reason = Event.StopReason.signal
}

extension SocketIOServerError: CommandFailure {
  var failure: Failure {
    switch self {
    case .addressInUse, .cannotListen: Failure(status: .unavailable, code: "listen", message: description)
    case .certificate: Failure(status: .noInput, code: "certificate", message: description)
    }
  }
}
