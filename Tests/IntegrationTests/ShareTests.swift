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
      #expect(url.hasSuffix("/room/bay"))

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
      #expect(threads(of: share.pid, named: "oriel-encode") == 1, "the viewer and the file have one encode")
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

    @Test(arguments: [
      (["--room", "no room"], Int32(64), "no room's name"),
      (["--server", "http://127.0.0.1:1"], 69, "cannot reach the room server at http://127.0.0.1:1"),
      (["--server", "bay", "--listen", "127.0.0.1:0"], 64, "--listen is for a room server of its own"),
      (["--ice-server", "turn:example.org"], 64, "--ice-server"),
      (["--port-range", "80-90"], 64, "write the first and the last port"),
    ])
    func `what cannot be shared is said in one sentence`(options: [String], status: Int32, words: String) async throws {
      let server = try await XServer(width: 320, height: 240)
      let command = try await Command.run(["share", "--display", server.display] + options)
      #expect(command.status == status)
      #expect(command.errors.contains(words), "\(command.errors)")
    }
  }
}

private func threads(of pid: pid_t, named name: String) -> Int {
  let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
  return tasks.count { (try? String(contentsOfFile: "/proc/\(pid)/task/\($0)/comm", encoding: .utf8)) == name + "\n" }
}
