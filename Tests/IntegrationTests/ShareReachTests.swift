import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// The addresses, links and audit log of `oriel share`.
  @Suite(.timeLimit(.minutes(2))) struct ShareReachTests {
    /// The HTTP status of a link's page, requested with another host name if one is given.
    private func status(
      _ link: String, host: String? = nil, in network: NetworkNamespace? = nil
    ) async throws -> String {
      let script = """
        import http.client, sys, urllib.parse
        url = urllib.parse.urlsplit(sys.argv[1])
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        connection.putrequest("GET", url.path, skip_host=True)
        connection.putheader("Host", sys.argv[2] or url.netloc)
        connection.endheaders()
        print(connection.getresponse().status)
        """
      let command = (network?.wrapper ?? []) + ["python3", "-c", script, link, host ?? ""]
      return try await Program.run(command[0], Array(command.dropFirst())).trimmingCharacters(
        in: .whitespacesAndNewlines)
    }

    private func ready(_ share: RunningShare) throws -> [(interface: String, url: String)] {
      let event = try #require(Events.parse(share.program.output).first { $0["event"] == "ready" })
      return (event["links"].array ?? []).map { ($0["interface"].string ?? "", $0["url"].string ?? "") }
    }

    @Test(.enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
    func `there is a link for each network, and one for each network that is joined later`() async throws {
      let network = try await NetworkNamespace()
      try await network.run(
        """
        for name in lan vpn late; do ip link add $name type veth peer name $name-end; ip link set $name-end up; ip link set $name up; done
        ip addr add 192.168.50.9/24 dev lan; ip addr add 10.8.0.2/24 dev vpn; ip route add default dev vpn
        """)
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let share = try await RunningShare(desktop, ["--room", "bay", "--token", "open sesame"], in: network)
      let links = try ready(share)
      #expect(links.map(\.interface) == ["vpn", "lan"])
      #expect(
        links.map(\.url).map { $0.prefix { $0 != "#" } }
          == ["10.8.0.2", "192.168.50.9"].map { "http://\($0):8080/room/bay" })
      #expect(links[0].url == share.url && links.allSatisfy { $0.url.contains("#token=open%20sesame&fp=") })
      for link in links { #expect(try await status(link.url, in: network) == "200") }
      try await network.run("ip addr add 2001:db8:7::9/64 dev late nodad")
      let later = try await share.program.line(within: .seconds(20)) { Events.name(ofLine: $0) == "link" }
      let link = try JSON(parsing: later)
      #expect(link["interface"].string == "late")
      #expect(link["url"].string?.hasPrefix("http://[2001:db8:7::9]:8080/room/bay#token=") == true)
      #expect(try await status(link["url"].string ?? "", in: network) == "200")
      try await share.stop()
    }

    @Test(.enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
    func `on a machine with only IPv6 the link leads to the room`() async throws {
      let network = try await NetworkNamespace()
      try await network.run(
        """
        ip link add v type veth peer name w; ip link set w up; ip link set v up
        ip addr add 2001:db8::5/64 dev v nodad; ip route add default dev v
        """)
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let share = try await RunningShare(desktop, ["--room", "bay"], in: network)
      #expect(share.url.hasPrefix("http://[2001:db8::5]:8080/room/bay#fp="))
      #expect(try await status(share.url, in: network) == "200")
      #expect(try await status("http://[::1]:8080/room/bay", in: network) == "200")
      #expect(try await status("http://127.0.0.1:8080/room/bay", in: network) == "200")
      try await share.stop()
    }

    @Test func `share accepts --host-name and --external-url`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let named = try await RunningShare(
        desktop, ["--room", "bay", "--listen", "127.0.0.1:0", "--host-name", "mypc.lan"])
      for (host, expected) in [("mypc.lan", "200"), (ProcessInfo.processInfo.hostName, "200"), ("other.lan", "421")] {
        let got = try await status(named.url, host: host)
        #expect(got == expected, "\(host)")
      }
      try await named.stop()
      let port = try FreePort.find()
      let external = try await RunningShare(
        desktop,
        [
          "--room", "bay", "--listen", "127.0.0.1:\(port)", "--external-url", "https://talks.example:8443/a", "--token",
          "t",
        ])
      #expect(external.url.hasPrefix("https://talks.example:8443/a/room/bay#token=t&fp="))
      #expect(try await status("http://127.0.0.1:\(port)/room/bay", host: "talks.example:8443") == "200")
      try await external.stop()
    }

    @Test(arguments: [
      (["--room", "bay"], ", open to everyone who knows the room's name, as there is no --token; Ctrl-C stops"),
      (["--room", "bay", "--token", "open sesame, please"], "; Ctrl-C stops"), ([], "; Ctrl-C stops"),
    ])
    func `the first line says if a named room is open to everyone`(_ options: [String], _ words: String)
      async throws
    {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let oriel = try Executables.product("oriel")
      let program = try Program(oriel, ["share", "--display", desktop.display, "--listen", "127.0.0.1:0"] + options)
      try await eventually("the line", within: 20) { program.errorOutput.contains("Sharing at ") }
      let line = try #require(program.errorOutput.split(separator: "\n").first { $0.hasPrefix("Sharing at ") })
      #expect(
        line.contains(/fp=[^ ,;]+/) && line.split(separator: /fp=[^ ,;]+/).last.map(String.init) == words, "\(line)")
      #expect(try await program.stop().status == 0)
    }

    @Test(.enabled(if: PythonPeer.hasEnvironment("socketio-5")))
    func `its log lists who joined and left, and SIGHUP reopens it if there is no terminal`() async throws {
      let folder = try TemporaryDirectory()
      let (file, old) = (folder.file("share.log"), folder.file("share.log.1"))
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let program = try Program(
        "setsid",
        [
          "--wait", try Executables.product("oriel"), "share", "--display", desktop.display, "--json", "--listen",
          "127.0.0.1:0",
          "--token", "tango-foxtrot-echo", "--log", file.path,
        ])
      let ready = try JSON(parsing: try await program.line(within: .seconds(20)) { Events.name(ofLine: $0) == "ready" })
      let parts = try #require(ready["url"].string?.components(separatedBy: "/room/"))
      let room = try #require(ready["room"].string)
      for token in ["tango-wrong", "tango-foxtrot-echo"] {
        _ = try await PythonPeer.run("join", [parts[0], token, "viewer", "", room], in: "socketio-5")
      }
      func lines(_ file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try JSON(parsing: String($0)) }
          .map { "\($0["event"].string ?? "") \($0["role"].string ?? "") \($0["room"].string ?? "")" }
      }
      let shown = "\(room.prefix(8))…"
      let all = ["joined publisher", "refused viewer", "joined viewer", "left viewer"].map { "\($0) \(shown)" }
      try await eventually("who left") { try lines(file).count == 4 }
      #expect(try lines(file) == all)
      try FileManager.default.moveItem(at: file, to: old)
      let pid = try #require(
        pid_t(try await Program.run("pgrep", ["-P", "\(program.pid)"]).trimmingCharacters(in: .whitespacesAndNewlines)))
      kill(pid, SIGHUP)
      try await eventually("a new file") { FileManager.default.fileExists(atPath: file.path) }
      #expect(program.isRunning)
      kill(pid, SIGTERM)
      #expect(try await program.exit(within: .seconds(10)).status == 0)
      #expect(try lines(file) == ["left publisher \(shown)"])
      let text = try String(contentsOf: old, encoding: .utf8) + String(contentsOf: file, encoding: .utf8)
      #expect(!text.contains("tango") && !text.contains(room))
    }
  }
}
