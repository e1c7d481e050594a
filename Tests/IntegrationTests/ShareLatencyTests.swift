import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// The modes of `oriel share --latency`, in the packets and in the browser.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct ShareLatencyTests {
    /// The playout delay of the first picture in all modes.
    private static let atOnce = "000000"

    @Test func `each mode sends its playout delay, and browsers delay pictures accordingly`() async throws {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let folder = try TemporaryDirectory()
      let browser = try await Chromium(arguments: ViewerPage.browserOptions)
      // 12 bits each for the minimum and the maximum, in units of 10 ms.
      let modes = [("instant", "000000", "< 120"), ("sharp", "00001e", "< 120"), ("smooth", "014050", "> 150")]
      var shares: [RunningShare] = []
      var pages: [WatchingPage] = []
      for (mode, _, _) in modes {
        let share = try await RunningShare(
          desktop, ["--listen", "127.0.0.1:0", "--latency", mode, "--rtp-dump", folder.file(mode).path])
        pages.append(try await share.explaining { try await WatchingPage(share.url, in: browser, showing: 640) })
        shares.append(share)
      }
      for ((mode, delay, condition), (share, watching)) in zip(modes, zip(shares, pages)) {
        try await Self.untilHeld(watching.page, condition)
        let id = try await watching.page.evaluate(
          "connections[0].remoteDescription.sdp.match(/extmap:(\\d+)\\S* \\S*playout-delay/)[1]")
        try await share.stop()
        #expect(
          try await Self.playoutDelays(folder.file(mode), extension: id.string ?? "")
            == [Self.atOnce, delay], "\(mode)")
      }
      try await browser.close()
    }

    /// Waits for a second in which the page's average playout delay meets the condition.
    /// - Parameter condition: on the delay in milliseconds, in JavaScript.
    private static func untilHeld(_ page: ChromiumPage, _ condition: String) async throws {
      try await page.evaluate(
        """
        (() => {
          let before;
          setInterval(async () => {
            const reports = [...(await connections.at(-1).getStats()).values()];
            const video = reports.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
            const count = video?.jitterBufferEmittedCount - before?.jitterBufferEmittedCount;
            if (count > 10) {
              globalThis.held = Math.round((video.jitterBufferDelay - before.jitterBufferDelay) / count * 1000);
            }
            before = video;
          }, 1000);
        })()
        """)
      try await page.until("globalThis.held \(condition)", within: .seconds(40))
    }

    /// The distinct values of the header extension, in hexadecimal.
    private static func playoutDelays(_ dump: URL, extension id: String) async throws -> Set<String> {
      let fields = ["-e", "rtp.ext.rfc5285.id", "-e", "rtp.ext.rfc5285.data"]
      let text = try await Program.run("tshark", ["-r", dump.path, "-Y", "rtp.p_type == 96", "-T", "fields"] + fields)
      let values = text.split(separator: "\n").compactMap { line -> String? in
        let lists = line.split(separator: "\t").map { $0.split(separator: ",") }
        return lists.count == 2 ? zip(lists[0], lists[1]).first { $0.0 == id }.map { String($0.1) } : nil
      }
      return Set(values)
    }
  }
}
