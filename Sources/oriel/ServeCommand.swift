import ArgumentParser
import Foundation
import Logging
import Oriel

/// `oriel serve`: runs the room server, with the page for viewers.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a room server: the page for viewers, and the Socket.IO server that it uses.",
    discussion: """
      Opening http://HOST:PORT/room/NAME in a browser joins that room. Other pages and programs that speak Socket.IO 2 \
      to 4 can use the server, too. Ctrl-C or SIGTERM closes all connections in order, then ends.

      Without TLS the traffic can be read on its way, and browsers disable some features of the page, except on this \
      machine. Give a certificate, or put a proxy that has one in front (and name it with --trusted-proxy). Without \
      --listen the server uses the socket that a service manager such as systemd passes to it.

      Examples:
        oriel serve
        oriel serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
        ORIEL_TOKEN=secret oriel serve --publisher-token @/etc/oriel/publisher
      """)

  private static let defaultListen = ListenAddress(host: "127.0.0.1", port: 8080, bothFamilies: true)

  @Option(
    help: ArgumentHelp(
      """
      The address to listen on: [::] means all addresses, 0.0.0.0 all of IPv4, port 0 any free port. (default: port \
      8080, for this machine only: 127.0.0.1 and [::1])
      """, valueName: "host:port"), transform: { try ListenAddress.parse($0, host: Self.defaultListen.host) })
  var listen: ListenAddress?

  @OptionGroup(title: "Access and rooms")
  var options: RoomServerOptions

  @OptionGroup(title: "Addresses and proxies")
  var reach: ReachOptions

  @Option(
    help: ArgumentHelp(
      """
      A key for the tokens that oriel token makes: its name, and the file with the key in its first line; may be given \
      more than once. SIGHUP reads the files again; members who joined with a key that is gone are removed.
      """, valueName: "id=@file"), transform: GrantKeyOption.parse)
  var grantKey: [GrantKeyOption] = []

  @OptionGroup(title: "Limits")
  var limits: RoomLimitOptions

  @Option(
    help: ArgumentHelp(
      """
      The bearer token for reading /metrics: the text itself, or @FILE for a file's first line. (default: \
      $ORIEL_METRICS_TOKEN; without a token only this machine can read /metrics, and nobody if a proxy on this machine \
      is trusted)
      """, valueName: "token"))
  var metricsToken: String?

  @OptionGroup
  var log: AuditLogOption

  @Option(help: ArgumentHelp("The least severe messages to log.", valueName: "level"))
  var logLevel = LogLevel.notice

  @OptionGroup(title: "Output")
  var verbosity: VerbosityOptions

  enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case debug, info, notice, warning, error
    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
  }

  func validate() throws {
    if options.hsts, options.tlsCert == nil, reach.trustedProxy.isEmpty {
      throw ValidationError(
        "--hsts needs TLS; give --tls-cert and --tls-key, or a --trusted-proxy that sends X-Forwarded-Proto: https")
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
    // A key that cannot be read counts as withdrawn, whatever the error.
    keys.replace(
      by: grantKey.readable(option: "--grant-key") { name, why in
        reporter.warn(
          "\(why); the key \(name) is withdrawn, and members who joined with it are removed", code: "grantKey")
      })
    reporter.say("Read the grant keys again")
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
      links = NetworkLink.forAllNetworks(listen, port: port) { "\(scheme)://\($0)/" }
    }
    if links.isEmpty {
      let host = listen.isEverywhere ? "localhost" : listen.host
      links = [NetworkLink(url: "\(scheme)://\(ListenAddress(host: host, port: port))/", interface: nil)]
    }
    if options.tlsCert == nil, !LocalAddress.isLoopback(listen.host), reach.trustedProxy.isEmpty,
      reach.externalURL?.isSecure != true
    {
      reporter.warn(
        "the rooms are served by plain HTTP beyond this machine: chat, links and tokens can be read and changed on their "
          + "way, and browsers on other machines disable screen sharing and the clipboard on the page; give --tls-cert "
          + "and --tls-key",
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
  /// One for each network of this machine; `url` is that of the first.
  let links: [NetworkLink]
}

private struct Stopped: Encodable {
  let event = "stop"
  let reason = Event.StopReason.signal
}

extension SocketIOServerError: CommandFailure {
  var failure: Failure {
    switch self {
    case .addressInUse:
      Failure(status: .unavailable, code: "listen", message: "\(description) with --listen")
    case .cannotListen: Failure(status: .unavailable, code: "listen", message: description)
    case .certificate: Failure(status: .noInput, code: "certificate", message: description)
    }
  }
}
