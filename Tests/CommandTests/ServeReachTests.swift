import Foundation
import Harness
import Testing

/// `oriel serve`: its addresses and links, and its audit log.
@Suite(.timeLimit(.minutes(1))) struct ServeReachTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func serve(
    _ arguments: [String], in network: NetworkNamespace? = nil
  ) async throws -> (program: Program, ready: JSON) {
    let command = (network?.wrapper ?? []) + [try Executables.product("oriel"), "serve", "--json"] + arguments
    let program = try Program(command[0], Array(command.dropFirst()))
    return (program, try JSON(parsing: try await program.line { $0.contains(#""event":"ready""#) }))
  }

  /// The HTTP status of a room's page; 0 if nothing listens.
  private static func status(
    _ address: String, _ port: Int, host: String? = nil, _ headers: [String] = [], in network: NetworkNamespace? = nil
  ) async throws -> Int? {
    try await HTTPStatus.get("/room/bay", at: address, port, host: host, headers, in: network)
  }

  private static func port(_ ready: JSON) throws -> Int {
    try #require(ready["url"].string.flatMap { URL(string: $0)?.port })
  }

  @Test func `without --listen it listens on the loopback addresses of IPv4 and IPv6`() async throws {
    let (program, ready) = try await Self.serve(["--listen", "0"])
    let port = try Self.port(ready)
    #expect(ready["url"].string == "http://127.0.0.1:\(port)/")
    #expect(try await Self.status("127.0.0.1", port) == 200)
    #expect(try await Self.status("::1", port) == 200)
    #expect(try await Self.status("::1", port, host: "localhost") == 200)
    try await program.stop()
  }

  @Test(.enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
  func `on all addresses it prints a link for each network; on all IPv4 addresses, only those of IPv4`()
    async throws
  {
    let network = try await NetworkNamespace()
    try await network.run(
      """
      for name in lan six vpn idle self; do ip link add $name type veth peer name $name-end; ip link set $name-end up; done
      for name in lan six vpn self; do ip link set $name up; done
      ip addr add 192.168.50.9/24 dev lan; ip addr add 2001:db8::9/64 dev lan nodad; ip addr add 2001:db8:6::9/64 dev six nodad
      ip addr add 10.8.0.2/24 dev vpn; ip addr add 192.168.70.9/24 dev idle; ip addr add 169.254.3.4/16 dev self
      ip route add default dev vpn
      """)
    for (listen, expected) in [
      ("0.0.0.0:0", ["vpn http://10.8.0.2", "lan http://192.168.50.9"]),
      ("[::]:0", ["vpn http://10.8.0.2", "lan http://192.168.50.9", "six http://[2001:db8:6::9]"]),
    ] {
      let (program, ready) = try await Self.serve(["--listen", listen], in: network)
      let port = try Self.port(ready)
      let links = ready["links"].array ?? []
      #expect(
        links.map { "\($0["interface"].string ?? "") \($0["url"].string ?? "")" } == expected.map { "\($0):\(port)/" })
      #expect(ready["url"] == links.first?["url"])
      for link in links {
        let host = try #require(URL(string: link["url"].string ?? "")?.host())
        let address = host.trimmingCharacters(in: ["[", "]"])
        #expect(try await Self.status(address, port, in: network) == 200, "\(host)")
      }
      try await program.stop()
    }
  }

  @Test(
    .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")),
    arguments: ["0", "[::]:0", "0.0.0.0:0"])
  func `without IPv6 it listens on IPv4`(_ listen: String) async throws {
    let network = try await NetworkNamespace()
    try await network.run("echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6")
    let (program, ready) = try await Self.serve(["--listen", listen], in: network)
    #expect(try await Self.status("127.0.0.1", Self.port(ready), in: network) == 200)
    try await program.stop()
  }

  @Test func `--external-url is in the link, and its origin is allowed`() async throws {
    let (program, ready) = try await Self.serve(
      ["--listen", "127.0.0.1:0", "--external-url", "https://rooms.example:8443/talks"])
    #expect(ready["url"].string == "https://rooms.example:8443/talks/")
    // The actual port is in no link.
    let listening = try await Program.run("sh", ["-c", "ss -Hltnp | grep 'pid=\(program.pid),'"])
    let port = try #require(listening.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) })
    for (origin, status) in [("https://rooms.example:8443", 200), ("https://rooms.example", 403)] {
      #expect(
        try await Self.status("127.0.0.1", port, host: "rooms.example:8443", ["Origin: \(origin)"]) == status,
        "\(origin)")
    }
    try await program.stop()
  }

  @Test(arguments: [
    (["--external-url", "rooms.example"], "write a URL as in https://rooms.example.org"),
    (["--external-url", "https://rooms.example/?a"], "write a URL as in https://rooms.example.org"),
    (
      ["--allow-frame", "https://a.example/x"],
      "\"https://a.example/x\" is not a site; write it as in https://example.org, without a path"
    ),
    (["--allow-frame", "null"], "\"null\" is not a site; write it as in https://example.org, without a path"),
    (
      ["--hsts"],
      "--hsts needs TLS; give --tls-cert and --tls-key, or a --trusted-proxy that sends X-Forwarded-Proto: https"
    ),
    (["--log", "-"], "--log takes the name of a file; standard output is /dev/stdout"),
  ])
  func `wrong usage is one sentence and exit 64`(_ arguments: [String], _ sentence: String) async throws {
    let run = try await Oriel.run(["serve"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.split(separator: "\n").first?.hasSuffix(sentence) == true, "\(run.errors)")
  }

  @Test(arguments: ["--host-name", "--allow-origin", "--allow-frame", "--trusted-proxy", "--log"])
  func `share refuses options of its own room server together with --server`(_ option: String) async throws {
    let value = ["--host-name": "bay", "--trusted-proxy": "10.0.0.1", "--log": "x.log"][option] ?? "https://a.example"
    let run = try await Oriel.run(["share", "--server", "http://127.0.0.1:9", option, value])
    #expect(run.status == 64)
    let sentence = "\(option) and --server contradict each other; give one of them"
    #expect(run.errors.split(separator: "\n").first?.hasSuffix(sentence) == true, "\(run.errors)")
  }

  // MARK: The log

  @Test func `SIGHUP reopens the log, and the documented fail2ban filter matches refused clients`() async throws {
    let folder = try TemporaryDirectory()
    let (file, old) = (folder.file("rooms.log"), folder.file("rooms.log.1"))
    let (program, ready) = try await Self.serve([
      "--listen", "127.0.0.1:0", "--token", "tango-foxtrot-echo", "--log", file.path,
    ])
    let port = try Self.port(ready)
    #expect(try await Self.status("127.0.0.1", port, host: "evil.example") == 421)
    #expect(try await Self.status("127.0.0.1", port, ["Origin: https://evil.example"]) == 403)
    _ = try await PythonPeer.run("join", ["http://127.0.0.1:\(port)", "tango-wrong"], in: "socketio-5")
    _ = try await PythonPeer.run("join", ["http://127.0.0.1:\(port)", "tango-foxtrot-echo"], in: "socketio-5")
    func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    try await eventually("who left") { text(file).contains(#""event":"left""#) }
    try FileManager.default.moveItem(at: file, to: old)
    program.signal(SIGHUP)
    try await eventually("a new file") { FileManager.default.fileExists(atPath: file.path) }
    #expect(try await Self.status("127.0.0.1", port, host: "evil.example") == 421)
    #expect(try await program.stop().status == 0)
    #expect(text(file).split(separator: "\n").count == 1 && text(file).contains(#""reason":"host""#))
    #expect(!text(old).contains("tango") && !program.output.contains("tango"))
    let lines = text(old).split(separator: "\n").map(String.init)
    let entries = try lines.map { try JSON(parsing: $0) }
    let events = entries.map { "\($0["event"].string ?? "") \($0["reason"].string ?? "")" }
    #expect(events == ["refused host", "refused origin", "refused token", "joined ", "left "])
    #expect(
      entries.prefix(2).map { $0["detail"].string } == [
        "evil.example; let in by --host-name evil.example",
        "https://evil.example; let in by --allow-origin https://evil.example, or if people reach this server there "
          + "--external-url https://evil.example",
      ])

    // As fail2ban does: <HOST> becomes a group, and the date may be cut out of the line before the match.
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    func setting(_ name: String) throws -> String {
      let line = try #require(readme.split(separator: "\n").first { $0.hasPrefix("\(name) = ") })
      return String(line.dropFirst(name.count + 3))
    }
    let script = """
      import re, sys, datetime
      expression = sys.argv[1].replace("<HOST>", r"(?P<host>[0-9a-fA-F:.]+)")
      date = sys.argv[2]
      for name, pattern in (("%%Y", r"\\d{4}"), ("%%m", r"\\d\\d"), ("%%d", r"\\d\\d"), ("%%H", r"\\d\\d"), ("%%M", r"\\d\\d"),
                            ("%%S", r"\\d\\d"), ("%%f", r"\\d{1,6}"), ("%%z", r"(?:Z|[+-]\\d\\d:?\\d\\d)")):
        date = date.replace(name, pattern)
      for line in sys.argv[3:]:
        assert re.search(date, line), line
        found = [re.search(expression, line), re.search(expression, re.sub(date, "", line, count=1))]
        print(*(match.group("host") if match else "none" for match in found))
      """
    let found = try await Program.run(
      "python3", ["-c", script, try setting("failregex"), try setting("datepattern")] + lines)
    #expect(found == "none none\nnone none\n127.0.0.1 127.0.0.1\nnone none\nnone none\n")
  }

  @Test func `a log that cannot be written is exit 73`() async throws {
    let run = try await Oriel.run(["serve", "--listen", "127.0.0.1:0", "--log", "/nowhere/rooms.log"])
    #expect(run.status == 73)
    #expect(
      run.errors
        == "oriel: cannot write the log /nowhere/rooms.log: no such file or directory; give --log a file that you can "
        + "write\n")
  }
}
