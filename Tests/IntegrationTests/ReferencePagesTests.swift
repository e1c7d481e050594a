import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// Several pages of the reference protocol at Oriel's own server.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(3))) struct ReferencePagesTests {
    /// A page of the reference protocol, with the server's origin, that has joined the room.
    private func page(_ browser: Chromium, _ server: String) async throws -> ChromiumPage {
      let source = try String(contentsOf: PythonPeer.file("reference.html"), encoding: .utf8)
      let script = try #require(
        source.components(separatedBy: "<script>").last?.components(separatedBy: "</script>").first)
      let page = try await browser.newPage()
      try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
      try await page.navigate(to: server + "healthz")
      try await page.evaluate("document.body.innerHTML = '<video autoplay muted playsinline></video>'")
      try await page.evaluate(script + "\n0")
      try await page.evaluate("open('\(server.replacing("http:", with: "ws:"))socket.io/', 'bay', false)")
      try await page.until("state !== 'init'", within: .seconds(20))
      return page
    }

    private func seesTheDesktop(_ page: ChromiumPage) async throws {
      let frames = "video.getVideoPlaybackQuality().totalVideoFrames"
      try await page.until("video.videoWidth === 640 && \(frames) > 10", within: .seconds(30))
      let before = try await page.evaluate(frames).int ?? 0
      try await page.until("\(frames) > \(before + 10)", within: .seconds(30))
      // The document that the page runs in has no icon (404).
      #expect(page.problems.filter { !$0.contains("404") } == [])
    }

    @Test func `two pages both see the screen of a share, whether they join before it or after it`() async throws {
      let browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let served = try Program(Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:0", "--json"])
      let ready = try await served.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      let server = try #require(try JSON(parsing: ready)["url"].string)
      let options = ["--server", server, "--room", "bay"]

      var share = try await RunningShare(desktop, options)
      let first = try await page(browser, server)
      try await seesTheDesktop(first)
      let second = try await page(browser, server)
      try await seesTheDesktop(second)
      try await seesTheDesktop(first)
      try await share.stop()
      for page in [first, second] {
        try await page.until("state === 'joined_unbind' && pc === null", within: .seconds(20))
        try await page.evaluate("emit('leave', room)")
        try await page.until("state === 'leaved'")
        try await page.close()
      }

      // Now the pages join first, and are connected to each other.
      let early = [try await page(browser, server), try await page(browser, server)]
      try await early[0].until("state === 'joined_conn' && pc?.remoteDescription?.type === 'answer'")
      share = try await RunningShare(desktop, options)
      for page in early { try await seesTheDesktop(page) }
      try await share.stop()
      try await browser.close()
      try await served.stop()
    }
  }
}
