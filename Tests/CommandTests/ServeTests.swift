import Foundation
import FoundationNetworking
import Harness
import Testing

/// `oriel serve`: its options, its messages, how it ends.
@Suite(.timeLimit(.minutes(1))) struct ServeTests {
  private static func serve(
    _ arguments: [String] = [], environment: [String: String] = [:]
  ) async throws -> (program: Program, url: String) {
    let program = try Program(
      try Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:0", "--json"] + arguments,
      environment: environment)
    let line = try await program.line { $0.contains(#""event":"ready""#) }
    return (program, try #require(try JSON(parsing: line)["url"].string))
  }

  private static func get(_ url: String) async throws -> (status: Int, body: String) {
    let (data, response) = try await URLSession.shared.data(from: try #require(URL(string: url)))
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `it serves the page, and ends with status 0 within five seconds of a signal`(
    _ signal: Int32
  ) async throws {
    let (program, url) = try await Self.serve()
    #expect(try await Self.get(url + "room/demo").body.contains("<video"))
    #expect(try await Self.get(url + "healthz").body == "ok\n")
    #expect(try await Self.get(url + "metrics").body.contains("oriel_http_requests_total"))
    program.signal(signal)
    #expect(try await program.exit(within: .seconds(5)).status == 0)
    #expect(program.output.hasSuffix("{\"event\":\"stop\",\"reason\":\"signal\"}\n"))
    #expect(program.errorOutput == "")
  }

  @Test func `an address in use is exit 69, with advice`() async throws {
    let (program, url) = try await Self.serve()
    let port = try #require(URL(string: url)?.port)
    let run = try await Oriel.run(["serve", "--listen", "127.0.0.1:\(port)"])
    #expect(run.status == 69)
    #expect(
      run.errors
        == "oriel: cannot listen on 127.0.0.1:\(port): another program does already; end that, or choose another address "
        + "with --listen\n")
    try await program.stop()
    let foreign = try await Oriel.run(["serve", "--listen", "192.0.2.77:8080", "--json"])
    #expect(foreign.status == 69)
    #expect(try JSON(parsing: foreign.output.split(separator: "\n").last.map(String.init) ?? "")["code"] == "listen")
  }

  @Test(arguments: ["0.0.0.0:0", "[::]:0"])
  func `plain HTTP beyond this machine prints a warning`(_ listen: String) async throws {
    let program = try Program(
      try Executables.product("oriel"), ["serve", "--listen", listen, "--json"])
    try await program.line { $0.contains(#""event":"ready""#) }
    let warning = try await program.line { $0.contains(#""code":"plainHTTP""#) }
    #expect(warning.contains("chat, links and tokens can be read"))
    try await program.stop()
    let (quiet, _) = try await Self.serve()
    try await quiet.stop()
    #expect(!quiet.output.contains("plainHTTP"))
  }

  @Test func `secrets come from the environment and from files, and are never printed`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("secret")
    try Data("tango-from-file\n".utf8).write(to: file)
    let (program, url) = try await Self.serve(
      ["--publisher-token", "@\(file.path)", "--log-level", "debug", "--turn-uri", "turn:turn.example"],
      environment: ["ORIEL_TOKEN": "tango-of-environment", "ORIEL_TURN_SECRET": "tango-turn"])
    let port = try #require(URL(string: url)?.port)
    let join = ["http://127.0.0.1:\(port)"]
    let presenter = try PythonPeer.start("join", join + ["tango-from-file", "publisher", "stay"], in: "socketio-5")
    #expect(try await presenter.line { $0.hasPrefix("joined") }.contains("turn:turn.example"))
    for (token, isLetIn) in [("tango-of-environment", true), ("tango-from-file", true), ("tango-guess", false)] {
      let output = try await PythonPeer.run("join", join + [token], in: "socketio-5")
      #expect(output.hasPrefix(isLetIn ? "joined" : "full"), "\(token): \(output)")
      #expect(output.contains("turn:turn.example") == isLetIn)
    }
    presenter.kill()
    try await program.stop()
    #expect(program.output.contains(#""reason":"token""#))
    #expect(!program.output.contains("tango"))
    #expect(!program.errorOutput.contains("tango"))
  }

  @Test func `a short token prints a warning without the token`() async throws {
    let (program, _) = try await Self.serve(["--token", "fifteen letters", "--publisher-token", "sixteen letters."])
    try await program.stop()
    let warnings = program.output.split(separator: "\n").filter { $0.contains(#""code":"shortToken""#) }
    #expect(warnings.count == 1 && warnings[0].contains("--token") && !warnings[0].contains("fifteen"))
  }

  @Test func `a missing file of a secret or a certificate is exit 66`() async throws {
    for (arguments, words) in [
      (["--token", "@/nowhere/token"], "cannot read the file /nowhere/token of --token; check"),
      (
        ["--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"],
        "cannot read a certificate in PEM from /nowhere/cert.pem"
      ),
    ] {
      let run = try await Oriel.run(["serve", "--listen", "127.0.0.1:0"] + arguments)
      #expect(run.status == 66)
      #expect(run.errors.hasPrefix("oriel: \(words)"), "\(run.errors)")
    }
  }

  static let usage: [([String], String)] = [
    (["--listen", "::1:8080"], "write an address and a port as in 127.0.0.1:8080 or [::]:8080"),
    (["--listen", "localhost:70000"], "write an address and a port as in 127.0.0.1:8080 or [::]:8080"),
    (["--capacity", "0"], "--capacity is a number from 1 to 10000"),
    (
      ["--allow-origin", "https://a.example/x"],
      "\"https://a.example/x\" is not an origin; write it as in https://example.org, without a path"
    ),
    (["--allow-origin", "*"], "\"*\" is not an origin; write it as in https://example.org, without a path"),
    (["--host-name", "a:1"], "\"a:1\" is not a host name; write it as in rooms.example.org, without a port"),
    (["--trusted-proxy", "10.0.0.0/40"], "write an address, or a network as in 10.0.0.0/8"),
    (["--tls-cert", "a.pem"], "--tls-cert and --tls-key go together; give both"),
    (["--turn-uri", "http://a"], "\"http://a\" is not a TURN server; write it as in turn:turn.example.org:3478"),
    (["--turn-uri", "stuns:a"], "\"stuns:a\" is not a TURN server; write it as in turn:turn.example.org:3478"),
    (
      ["--turn-uri", "stun:a?transport=udp"],
      "\"stun:a?transport=udp\" is not a TURN server; write it as in turn:turn.example.org:3478"
    ),
    (
      ["--turn-uri", "turn:a?transport=foo"],
      "\"turn:a?transport=foo\" is not a TURN server; write it as in turn:turn.example.org:3478"
    ),
    (
      ["--turn-uri", "turn:a:99999"],
      "\"turn:a:99999\" is not a TURN server; write it as in turn:turn.example.org:3478"
    ),
    (["--turn-uri", "turn:a"], "--turn-uri and --turn-secret go together; give both, or neither"),
    (["--turn-secret", "s"], "--turn-uri and --turn-secret go together; give both, or neither"),
    (["--path", "socket.io"], "--path begins and ends with a slash, as in /socket.io/"),
    (["--path", "/room/"], "/room/ is reserved by the server; choose another --path"),
    (["--token", ""], "--token is empty or longer than 1024 bytes; give a secret, or leave the option out"),
    (["--max-message", "1"], "--max-message is a number from 1024 to 100000000"),
    (["--message-rate", "0"], "--message-rate is a number from 1 to 1000000"),
  ]

  @Test(arguments: usage) func `wrong usage is one sentence and exit 64`(
    _ arguments: [String], _ sentence: String
  ) async throws {
    let run = try await Oriel.run(["serve"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.split(separator: "\n").first?.hasSuffix(sentence) == true, "\(run.errors)")
  }
}
