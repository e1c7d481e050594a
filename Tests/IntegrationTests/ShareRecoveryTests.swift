import Glibc
import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// The page when the room server or a publisher ends and comes back.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(4))) struct ShareRecoveryTests {
    @Test
    func `two publishers are shown side by side, and pages recover after a restart of the server and of a publisher`()
      async throws
    {
      let (one, two) = (try await Desktop(.testCard), try await Desktop(.testCard, width: 800, height: 600))
      let port = try FreePort.find()
      var server = try await Self.serve(port)
      let options = ["--server", "http://127.0.0.1:\(port)", "--room", "bay", "--token", "secret", "--name"]
      var ann = try await RunningShare(one, options + ["Ann"])
      let ben = try await RunningShare(two, options + ["Ben"])
      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      let watcher = try await ViewerPage(ann.url, in: browser)
      try await watcher.until("Watching Ann and Ben")
      try await watcher.showsNow(one, picture: 0)
      try await watcher.showsNow(two, picture: 1)
      try await watcher.keep("two-publishers")

      // The server ends: both pictures go on. It comes back: a new viewer sees both, and no member is listed twice.
      try await server.stop()
      try await watcher.until("Connection to the room lost")
      try await watcher.showsNow(one, picture: 0)
      try await watcher.showsNow(two, picture: 1)
      try await watcher.keep("server-lost")
      server = try await Self.serve(port)
      let late = try await ViewerPage(ann.url, in: browser)
      for viewer in [watcher, late] {
        // In the order in which they rejoined.
        try await viewer.page.until(
          "document.querySelectorAll('figure[data-state=live]').length === 2", within: .seconds(60))
        try await viewer.page.until("document.querySelectorAll('#people-list li').length === 4", within: .seconds(30))
        try await viewer.page.until("document.querySelectorAll('video').length === 2")
        let first = try await viewer.page.evaluate("document.querySelector('.who').textContent") == "Ann" ? 0 : 1
        try await viewer.showsNow(one, picture: first)
        try await viewer.showsNow(two, picture: 1 - first)
      }

      // One publisher leaves, the other is killed and restarted: it has the same link, and nothing has to be clicked.
      try await ben.stop()
      try await watcher.until("Watching Ann")
      try await watcher.page.until("document.querySelectorAll('video').length === 1")
      ann.program.kill()
      try await watcher.until("Waiting for somebody to share")
      try await watcher.keep("waiting")
      ann = try await RunningShare(one, options + ["Ann"])
      for viewer in [watcher, late] {
        try await viewer.until("Watching Ann")
        try await viewer.showsNow(one)
        // The link from before the kill vouches for it.
        #expect(try await viewer.page.evaluate("document.querySelector('.origin').hidden") == true)
      }
      // While there was no server, the pages tried a WebSocket and polling.
      let ofNoServer = ["WebSocket", "ERR_CONNECTION_REFUSED"]
      #expect(watcher.page.problems.filter { problem in !ofNoServer.contains(where: problem.contains) } == [])
      try await browser.close()
      try await ann.stop()
      try await server.stop()
    }

    @Test func `viewers see a killed share with its own room server again after its restart`() async throws {
      let desktop = try await Desktop(.testCard)
      let options = ["--listen", "127.0.0.1:\(try FreePort.find())", "--room", "bay"]
      var share = try await RunningShare(desktop, options)
      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      let watcher = try await ViewerPage(share.url, in: browser)
      try await watcher.showsNow(desktop)
      share.program.kill()
      try await watcher.until("Connection to the room lost")
      try await watcher.keep("reconnecting")
      share = try await RunningShare(desktop, options)
      try await watcher.showsNow(desktop)
      try await watcher.until("Watching")
      try await watcher.page.until("document.querySelectorAll('video').length === 1")
      try await browser.close()
      try await share.stop()
    }

    @Test func `viewers see a killed share again after its restart, without a reload`()
      async throws
    {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let folder = try TemporaryDirectory()
      let server = try await Self.serve(try FreePort.find())
      let url = try #require(Events.parse(server.output).first { $0["event"] == "ready" }?["url"].string)
      let options = ["--server", url, "--room", "bay", "--token", "secret"]
      let environment = ["XDG_STATE_HOME": folder.url.path]
      var share = try await RunningShare(desktop, options, environment: environment)
      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      let watching = try await WatchingPage(share.url, in: browser, showing: 640)
      try await watching.viewer.showsNow(desktop)
      try await watching.page.evaluate("globalThis.isSame = true")
      for _ in 0..<2 {
        let first = share.url
        share.program.kill()
        _ = try await share.program.exit(within: .seconds(10))
        share = try await RunningShare(desktop, options, environment: environment)
        #expect(share.url == first)
        let back = try await watching.now
        try await watching.page.until("shownAt.filter(time => time > \(back)).length >= 10", within: .seconds(30))
      }
      #expect(try await watching.page.evaluate("isSame") == true)
      try await browser.close()
      try await share.stop()
      try await server.stop()
    }

    private static func serve(_ port: UInt16) async throws -> Program {
      let server = try Program(
        Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:\(port)", "--json"],
        environment: ["ORIEL_PUBLISHER_TOKEN": "secret"])
      try await server.line { Events.name(ofLine: $0) == "ready" }
      return server
    }
  }
}
