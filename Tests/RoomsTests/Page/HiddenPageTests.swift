import Foundation
import Harness
import RoomProtocol
import Rooms
import Testing

private let hiddenSeconds = ProcessInfo.processInfo.environment["ORIEL_HIDDEN_SECONDS"].flatMap { Double($0) }

/// Pages in hidden tabs: after five minutes Chromium runs their timers once a minute. Here the five minutes are one
/// second. With `ORIEL_HIDDEN_SECONDS` in the environment Chromium's own grace period applies and pages stay hidden for
/// so long.
@Suite(
  .serialized, .enabled(if: Chromium.isInstalled),
  .timeLimit(.minutes(3 + Int((hiddenSeconds ?? 0) / 60))))
struct HiddenPageTests {
  private static var arguments: [String] {
    let usual = [
      "--window-size=1280,900", "--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns",
    ]
    return usual
      + (hiddenSeconds == nil ? ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"] : [])
  }

  /// Records the times of a timer that is due five times a second, and keeps the page's WebSockets.
  private static let script = """
    globalThis.ticks = [];
    globalThis.sockets = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...all) { super(...all); globalThis.connection = this; }
    };
    globalThis.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
    const tick = () => { ticks.push(performance.now()); setTimeout(tick, 200); };
    tick();
    """

  /// A page in a browser of its own, behind another tab.
  private struct Hidden {
    let browser: Chromium
    let page: ChromiumPage

    init(_ link: String, until line: String) async throws {
      browser = try await Chromium(arguments: HiddenPageTests.arguments)
      page = try await browser.newPage()
      try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(HiddenPageTests.script)])
      try await page.navigate(to: link)
      try await page.until(Self.says(line))
      try await browser.page.call("Page.bringToFront")
      try await page.until("document.hidden")
    }

    static func says(_ line: String) -> String {
      "document.querySelector('#state-words').textContent.replace(/[\\u2066-\\u2069]/g, '').startsWith(\(quoted(line)))"
    }

    /// Waits until Chromium throttles the page's timers.
    func untilThrottled() async throws {
      if let seconds = hiddenSeconds { try await Task.sleep(for: .seconds(seconds)) }
      try await page.until("document.hidden && performance.now() - ticks.at(-1) > 3000", within: .seconds(90))
    }

    /// Brings it to the front again.
    func show() async throws {
      try await page.call("Page.bringToFront")
      try await page.until("!document.hidden")
    }
  }

  private static func configuration(port: Int = 0) -> RoomServerConfiguration {
    var configuration = RoomServerConfiguration()
    configuration.server.port = port
    configuration.server.pingInterval = .seconds(1)
    configuration.server.pingTimeout = .seconds(2)
    return configuration
  }

  @Test func `a hidden page with throttled timers stays in the room, and receives a screen shared meanwhile`()
    async throws
  {
    let visited = try await RoomBrowser(Self.configuration())
    let hidden = try await Hidden(visited.link("hidden"), until: "Waiting for somebody to share")
    let ben = try await Visitor(to: visited.link("hidden"), in: visited.browser)
    try await ben.untilPeople(2)
    try await hidden.untilThrottled()
    #expect(try await hidden.page.evaluate("sockets.length") == 1)
    _ = try await Publisher("Paula", in: "hidden", of: visited, sound: true)
    try await hidden.page.until(Hidden.says("Watching Paula"))
    try await ben.untilPeople(3)
    try await hidden.show()
    try await hidden.page.until(Self.isLive, within: .seconds(5))
    try await hidden.page.until(Self.isInStep, within: .seconds(15))
    #expect(try await hidden.page.evaluate("sockets.length") == 1)
    try await hidden.browser.close()
    try await visited.close()
  }

  @Test func `picture and sound of a hidden page are live and in step when it is shown again`()
    async throws
  {
    let visited = try await RoomBrowser(Self.configuration())
    _ = try await Publisher("Paula", in: "hidden", of: visited, sound: true)
    let hidden = try await Hidden(visited.link("hidden"), until: "Watching Paula")
    // Chromium runs the timers of a hidden page with a connection once a second.
    if let seconds = hiddenSeconds { try await Task.sleep(for: .seconds(seconds)) }
    let intervals = "ticks.slice(-5).map((time, index, all) => time - (all[index - 1] ?? 0))"
    try await hidden.page.until("document.hidden && \(intervals).every((interval) => interval > 900)")
    #expect(try await hidden.page.evaluate("document.hidden && sockets.length === 1") == true)
    try await hidden.show()
    try await hidden.page.until(Self.isLive, within: .seconds(5))
    try await hidden.page.until(Self.isInStep, within: .seconds(10))
    try await hidden.browser.close()
    try await visited.close()
  }

  @Test func `a hidden page that lost its connection joins again by itself`() async throws {
    let visited = try await RoomBrowser(Self.configuration())
    let hidden = try await Hidden(visited.link("hidden"), until: "Waiting for somebody to share")
    try await hidden.untilThrottled()
    await visited.server.shutdown()
    try await hidden.page.until(Hidden.says("Connection to the room lost"))
    let server = RoomServer(Self.configuration(port: visited.port))
    try await server.start()
    try await hidden.page.until(Hidden.says("Waiting for somebody to share"), within: .seconds(20))
    #expect(try await hidden.page.evaluate("document.hidden") == true)
    try await hidden.browser.close()
    try await visited.browser.close()
    await server.shutdown()
  }

  private static let isLive = """
    new Promise((resolve) => {
      const video = document.querySelector("video");
      let frames = 0;
      const count = () => ++frames < 5 ? video.requestVideoFrameCallback(count) : resolve(true);
      video.requestVideoFrameCallback(count);
      setTimeout(() => resolve(false), 1000);
    })
    """

  /// As the browser reports it, which is 25 ms off.
  private static let isInStep = """
    connection.getStats().then((report) => {
      const [sound, picture] = ["audio", "video"]
        .map((kind) => [...report.values()].find((entry) => entry.type === "inbound-rtp" && entry.kind === kind));
      const late = picture.estimatedPlayoutTimestamp - sound.estimatedPlayoutTimestamp - picture.timestamp + sound.timestamp;
      return Math.abs(late + 25) < 40;
    })
    """
}
