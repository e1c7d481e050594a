import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share`, with its own room server and page, and a real browser that opens the printed link.
  @Suite(.enabled(if: Chromium.isInstalled)) struct ShareTests {
    @Test func `a browser opens the printed link and sees the desktop, while a file records the same encode`()
      async throws
    {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let folder = try TemporaryDirectory()
      let file = folder.file("share.webm")
      let share = try Program(
        Executables.product("oriel"),
        [
          "share", "--display", desktop.display, "--listen", "127.0.0.1:0", "--room", "bay", "--record", file.path,
          "--json",
        ])
      let ready = try JSON(parsing: try await share.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" })
      let url = try #require(ready["url"].string)
      #expect(ready["room"] == "bay")
      #expect(url.contains(/\/room\/bay#fp=[A-Za-z0-9_-]{43}$/))

      let browser = try await Chromium()
      let page = browser.page
      try await page.navigate(to: url)
      try await page.until("document.querySelector('video').videoWidth === 640", within: .seconds(30))
      let frames = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
      let before = try await page.evaluate(frames).int ?? 0
      try await page.until("\(frames) > \(before + 20)", within: .seconds(30))
      #expect(page.problems == [])
      let picture = folder.file("page.png")
      try await page.screenshot(to: picture)
      if let keep = ProcessInfo.processInfo.environment["ORIEL_KEEP_PICTURES"] {
        try? FileManager.default.copyItem(at: picture, to: URL(filePath: keep).appending(path: "share.png"))
      }

      _ = try await share.line(within: .seconds(10)) { line in
        guard let event = try? JSON(parsing: line), event["event"] == "stats" else { return false }
        return event["viewers"] == 1
      }
      try await eventually("one encode of the viewer and the file") {
        threads(of: share.pid, named: "oriel-encode") == 1
      }

      // A pause ends the file's subscription; after it the file shares the viewers' encode again.
      share.signal(SIGUSR1)
      try await share.line { Events.name(ofLine: $0) == "paused" }
      try await page.until("\(Self.luma) < 25", within: .seconds(20))
      let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
      share.signal(SIGUSR1)
      try await share.line { Events.name(ofLine: $0) == "resumed" }
      try await page.until("\(Self.luma) > 40", within: .seconds(20))
      try await eventually("the file to go on", within: 20) {
        try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0 > size + 50_000
      }
      try await eventually("one encode after a pause, too") {
        threads(of: share.pid, named: "oriel-encode") == 1
      }
      try await browser.close()
      _ = try await share.line(within: .seconds(30)) { line in
        guard let event = try? JSON(parsing: line), event["event"] == "viewer" else { return false }
        return event["state"] == "left"
      }
      share.signal(SIGTERM)
      #expect(try await share.exit(within: .seconds(10)).status == 0)
      let events = Events.parse(share.output)
      #expect(events.last?["event"] == "stop")
      #expect(events.last?["reason"] == "signal")
      let streams = try await FFmpeg.probe(file, ["-count_frames"])["streams"]
      #expect(streams[0]["codec_name"] == "vp8")
      #expect((streams[0]["nb_read_frames"].string.flatMap(Int.init) ?? 0) > 30)
    }

    /// The mean brightness of the page's picture.
    private static let luma = """
      (() => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
        const context = canvas.getContext("2d");
        context.drawImage(document.querySelector("video"), 0, 0, 32, 24);
        const { data } = context.getImageData(0, 0, 32, 24);
        return data.reduce((sum, value, index) => sum + (index % 4 === 1 ? value : 0), 0) / 768;
      })()
      """

    @Test func `over a restart of the server viewers keep watching, others can join, and the delay is that of smooth`()
      async throws
    {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let folder = try TemporaryDirectory()
      let dump = folder.file("wire.pcap")
      let port = try FreePort.find()
      func serve() async throws -> Program {
        let server = try Program(
          Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:\(port)", "--json"])
        try await server.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
        return server
      }
      var server = try await serve()
      let share = try Program(
        Executables.product("oriel"),
        [
          "share", "--display", desktop.display, "--server", "http://127.0.0.1:\(port)", "--room", "bay", "--latency",
          "smooth", "--rtp-dump", dump.path, "--json",
        ])
      let ready = try JSON(parsing: try await share.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" })
      let url = try #require(ready["url"].string)
      let browser = try await Chromium()
      let page = browser.page
      try await page.navigate(to: url)
      try await page.until("document.querySelector('video').videoWidth === 640", within: .seconds(30))
      let frames = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"

      try await server.stop(SIGKILL)
      try await share.line(within: .seconds(20)) { $0.contains("roomLost") }
      let lost = try await page.evaluate(frames).int ?? 0
      try await page.until("\(frames) > \(lost + 60)", within: .seconds(30))

      server = try await serve()
      try await share.line(within: .seconds(60)) { Events.name(ofLine: $0) == "roomBack" }
      let late = try await browser.newPage()
      try await late.navigate(to: url)
      try await late.until("document.querySelector('video').videoWidth === 640", within: .seconds(30))
      let back = try await page.evaluate(frames).int ?? 0
      try await page.until("\(frames) > \(back + 20)", within: .seconds(60))
      try await browser.close()
      share.signal(SIGTERM)
      #expect(try await share.exit(within: .seconds(10)).status == 0)
      #expect(Events.parse(share.output).count { $0["event"] == "ready" } == 1)
      try await server.stop()

      // 200 and 800 ms in units of 10 ms, 12 bits each.
      let extensions = try await Program.run("tshark", ["-r", dump.path, "-T", "fields", "-e", "rtp.ext.rfc5285.data"])
      #expect(extensions.contains("014050"), "no playout-delay of 200 to 800 ms")
      #expect(!extensions.contains("00001e"))
    }

    @Test func `a viewer that cannot be connected is reported with the reason`() async throws {
      let desktop = try await Desktop(.testCard, width: 320, height: 240)
      let turn = try await TURNServer(users: .longTerm(username: "ann", password: "right"))
      let browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
      for (options, script, words) in [
        (
          ["--ice-transport-policy", "relay", "--ice-server", "turn:127.0.0.1:\(turn.port),ann,wrong"], "",
          "refused the user name or the credential"
        ),
        (
          ["--ice-transport-policy", "relay"], "",
          "Only relays are to be used, and there is none: give one by --ice-server."
        ),
        (
          [],
          """
          const take = RTCPeerConnection.prototype.setRemoteDescription;
          RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
            return take.call(this, { type, sdp: sdp.replaceAll("VP8", "VPX") });
          };
          """, "does not play VP8"
        ),
      ] {
        let share = try Program(
          Executables.product("oriel"),
          ["share", "--display", desktop.display, "--listen", "127.0.0.1:0", "--json"] + options)
        let line = try await share.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
        let url = try #require(try JSON(parsing: line)["url"].string)
        let page = try await browser.newPage()
        if !script.isEmpty {
          try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)])
        }
        try await page.navigate(to: url)
        let failed = try await share.line(within: .seconds(60)) {
          Events.name(ofLine: $0) == "viewer" && $0.contains("\"failed\"")
        }
        #expect(failed.contains(words), "\(failed)")
        try await page.close()
        try await share.stop()
      }
      try await browser.close()
    }

    @Test func `a full room, and a wrong token, end the share with status 77 and the reason`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let server = try Program(
        Executables.product("oriel"),
        ["serve", "--listen", "127.0.0.1:0", "--publisher-token", "right", "--capacity", "1", "--json"])
      let line = try await server.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      let url = try #require(try JSON(parsing: line)["url"].string)
      let options = ["share", "--display", desktop.display, "--server", url, "--room", "bay"]
      let wrong = try await Command.run(options + ["--token", "wrong"])
      let advice = "the token is missing or wrong; take the whole link, or give the right token (--token)\n"
      #expect(wrong.status == 77 && wrong.errors.hasSuffix(advice), "\(wrong.errors)")
      let inside = try Program(Executables.product("oriel"), options + ["--token", "right", "--json"])
      try await inside.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      let full = try await Command.run(options + ["--token", "right"])
      #expect(full.status == 77 && full.errors.contains("it is full"), "\(full.errors)")
      try await inside.stop()
    }

    @Test(arguments: [
      (["--room", "no room"], Int32(64), "not a room name"),
      (["--server", "http://127.0.0.1:1"], 69, "cannot reach the room server at http://127.0.0.1:1"),
      (["--server", "http://bay", "--listen", "127.0.0.1:0"], 64, "--listen and --server contradict each other"),
      (["--tls-cert", "chain.pem"], 64, "--tls-cert and --tls-key go together"),
      (
        ["--server", "http://bay", "--tls-cert", "c", "--tls-key", "k"], 64,
        "--tls-cert and --server contradict each other"
      ),
      (
        ["--listen", "127.0.0.1:0", "--tls-cert", "/nowhere", "--tls-key", "/nowhere"], 66, "cannot read a certificate"
      ),
      (["--ice-server", "turn:example.org"], 64, "--ice-server"),
      (["--ice-server", "@/nowhere/turn"], 66, "cannot read the file /nowhere/turn of --ice-server"),
      (["--ice-server", "@/dev/null"], 64, "the first line of /dev/null is not a server"),
      (["--port-range", "80-90"], 64, "write the first and the last port"),
    ])
    func `wrong options are errors of one sentence`(options: [String], status: Int32, words: String) async throws {
      let server = try await XServer(width: 320, height: 240)
      let command = try await Command.run(["share", "--display", server.display] + options)
      #expect(command.status == status)
      #expect(command.errors.contains(words), "\(command.errors)")
      // Nothing is said about what viewers see before a room is reached.
      #expect(!command.errors.contains("Viewers see"), "\(command.errors)")
    }
  }
}

private func threads(of pid: pid_t, named name: String) -> Int {
  let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
  return tasks.count { (try? String(contentsOfFile: "/proc/\(pid)/task/\($0)/comm", encoding: .utf8)) == name + "\n" }
}
