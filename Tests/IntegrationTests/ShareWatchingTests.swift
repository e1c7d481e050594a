import Foundation
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  /// Browsers that open the printed link of `oriel share`.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(4))) struct ShareWatchingTests {
    @Test func `one, two and eight viewers that join, leave, reload and crash see the current desktop by one encode`()
      async throws
    {
      let desktop = try await Desktop(.testCard)
      let share = try await RunningShare(desktop, ["--listen", "127.0.0.1:0", "--room", "bay", "--name", "Ann"])
      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      var viewers: [ViewerPage] = []
      for count in [1, 2, 8] {
        while viewers.count < count { viewers.append(try await ViewerPage(share.url, in: browser)) }
        for viewer in viewers {
          try await viewer.until("Watching Ann")
          try await viewer.showsNow(desktop)
        }
        let now = try await share.statistics(viewers: count, after: share.time)
        #expect(now["perViewer"].array?.count == count)
        try await eventually("one encode") { share.threads(named: "oriel-encode") == 1 }
      }
      try await viewers[0].keep("watching-eight")

      // One tab crashes, another is closed: the others continue without delay.
      let left = share.viewerStates.count { $0 == "left" }
      _ = try? await viewers[7].page.call("Page.crash", within: .milliseconds(200))
      try await viewers[6].page.close()
      try await eventually("two viewers that leave", within: 30) {
        share.viewerStates.count { $0 == "left" } == left + 2
      }
      _ = try await share.statistics(viewers: 6, after: share.time)
      let watcher = viewers[0]
      try await watcher.showsNow(desktop)
      try await watcher.page.call("Page.reload")
      try await watcher.until("Watching Ann")
      try await watcher.showsNow(desktop)

      for (width, height, name) in [(390, 844, "phone"), (844, 390, "phone-landscape")] {
        try await watcher.resize(width, height, isMobile: true)
        try await watcher.page.until("innerWidth === \(width)")
        try await watcher.showsNow(desktop)
        let place = try await watcher.page.evaluate(
          "(({ left, right, width, height }) => [left, right, width, height])"
            + "(document.querySelector('video').getBoundingClientRect())")
        #expect(place[0].number ?? -1 >= 0 && place[1].number ?? .infinity <= Double(width))
        #expect(place[2].number ?? 0 >= 380 && place[3].number ?? 0 >= 200, "\(name): \(place)")
        try await watcher.keep(name)
      }
      #expect(viewers[0...5].allSatisfy { $0.page.problems == [] })
      try await browser.close()
      try await share.stop()
    }

    /// `make bench-share` measures how long it takes.
    @Test func `a viewer that joins on a still screen gets the picture, and soon at full sharpness`() async throws {
      let desktop = try await Desktop(.still)
      let share = try await RunningShare(desktop, ["--listen", "127.0.0.1:0", "--room", "bay", "--cursor", "never"])
      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      let first = try await ViewerPage(share.url, in: browser)
      try await first.until("Watching")
      let late = try await ViewerPage(share.url, in: browser)
      try await late.until("Watching")
      let folder = try TemporaryDirectory()
      let screen = folder.file("screen.png")
      try await desktop.server.screenshot(to: screen)
      for page in [late, first] {
        try await eventually("the sharp picture", within: 60) {
          guard let shown = try await page.luma(desktop.screen) else { return false }
          return try await FFmpeg.lumaSSIM(of: shown, to: screen) >= 0.99
        }
      }
      #expect(late.page.problems == [])
      try await browser.close()
      try await share.stop()
    }
  }
}

extension RunningShare {
  /// The number of the command's threads with this name.
  func threads(named name: String) -> Int {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(program.pid)/task")) ?? []
    return tasks.count { task in
      (try? String(contentsOfFile: "/proc/\(program.pid)/task/\(task)/comm", encoding: .utf8)) == name + "\n"
    }
  }
}
