import Foundation
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share --record` on a terminal and a desktop with notifications, in a room of another server.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct ShareSurfaceTests {
    @Test func `markup and hyphens in a window's title appear literally in the desktop notification`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let windows = try await ClientWindows(on: desktop.display)
      try await windows.ask("window slides 40 60 160 120 C02060 --hint <b>A&B</b>")
      let notices = try await NotificationService()
      let share = try await RunningShare(
        desktop, ["--listen", "127.0.0.1:0", "--window", "*A&B*"], environment: notices.environment)
      #expect(try await notices.notice()["body"] == "--hint &lt;b&gt;A&amp;B&lt;/b&gt;")
      try await share.stop()
    }

    @Test
    func `a notification appears; surfaces change for viewers and file, at one size; a lock survives a server restart`()
      async throws
    {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let windows = try await ClientWindows(on: desktop.display)
      try await windows.ask("window slides 40 60 320 120 C02060 Slides")
      let notices = try await NotificationService()
      let folder = try TemporaryDirectory()
      let file = folder.file("talk.webm")
      let port = try FreePort.find()
      var server = try await Self.serve(port)
      let session = try TerminalSession(
        sharing: desktop.display,
        ["--server", "http://127.0.0.1:\(port)", "--room", "bay", "--record", file.path, "--cursor", "never"],
        environment: notices.environment)
      func shown(_ text: String) async throws {
        do {
          try await eventually("\(text) on the terminal", within: 40) { session.program.output.contains(text) }
        } catch {
          throw HarnessError("\(error)\n\(session.program.output.suffix(3000))")
        }
      }
      try await shown("Sharing at")
      let notice = try await notices.notice()
      #expect(notice["application"] == "Oriel" && notice["summary"] == "Oriel shares your screen")
      #expect(notice["body"] == "desktop")

      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      let url = "http://127.0.0.1:\(port)/room/bay"
      let watching = try await WatchingPage(url, in: browser, showing: 640)
      try await watching.viewer.showsNow(desktop)
      let size = "[document.querySelector('video').videoWidth, document.querySelector('video').videoHeight].join()"

      // The window, at its size or smaller, in proportion, with black beside it.
      try session.type("s")
      try await shown("[1-")
      let line = try #require(session.program.output.split(separator: "\n").last { $0.contains("window Slides") })
      try session.type(line.trimmingCharacters(in: .whitespaces).prefix { $0.isNumber } + "\r")
      try await shown("Viewers see Slides")
      try await watching.page.until("(\(Self.colour(320, 240))) === 'c02060'", within: .seconds(20))
      try await watching.page.until("(\(Self.colour(320, 20))) === '000000'", within: .seconds(20))
      #expect(try await watching.page.evaluate(size) == "640,480")
      #expect(try await watching.page.evaluate("connections.length") == 1)
      try await watching.viewer.keep("another-surface")

      // The server comes back while the room is locked.
      try session.type("l")
      try await shown("The room is locked")
      try session.type("s")
      try await eventually("the list", within: 20) {
        session.program.output.components(separatedBy: "Show instead:").count == 3
      }
      try session.type("1\r")
      try await eventually("the desktop", within: 20) {
        session.program.output.components(separatedBy: "Viewers see desktop").count == 3
      }
      try await watching.viewer.showsNow(desktop)

      try await server.stop(SIGKILL)
      try await shown("the room server is lost")
      server = try await Self.serve(port)
      try await shown("The room server is back")
      let late = try await browser.newPage()
      try await eventually("a locked room", within: 30) {
        try await late.navigate(to: url)
        try await late.until("!/Connecting|Joining/.test(document.querySelector('#state-words').textContent)")
        return try await late.evaluate("document.body.innerText.includes('The room is locked')") == true
      }
      try await browser.close()
      try session.type("q")
      #expect(try await session.finished() == 0)
      try await server.stop()

      var pictures: [String] = []
      for try await frame in try await FFmpeg.frames(of: file, as: .rgb) {
        #expect(frame.width == 640 && frame.height == 480)
        let colour = Array(frame.pixel(x: 320, y: 240))
        let isWindow = zip(colour, [0xC0, 0x20, 0x60]).allSatisfy { abs(Int($0) - $1) < 12 }
        let picture = isWindow ? "window" : "desktop"
        if pictures.last != picture { pictures.append(picture) }
      }
      #expect(pictures == ["desktop", "window", "desktop"])
    }

    /// The approximate colour of a point of the picture: the upper bits of each component.
    private static func colour(_ x: Int, _ y: Int) -> String {
      """
      (() => {
        const pen = new OffscreenCanvas(1, 1).getContext("2d");
        pen.drawImage(document.querySelector("video"), \(-x), \(-y));
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)
          .map((part) => (Math.round(part / 32) * 32).toString(16).padStart(2, "0")).join("");
      })()
      """
    }

    private static func serve(_ port: UInt16) async throws -> Program {
      let server = try Program(Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:\(port)", "--json"])
      try await server.line(within: .seconds(20)) { Events.name(ofLine: $0) == "ready" }
      return server
    }
  }
}
