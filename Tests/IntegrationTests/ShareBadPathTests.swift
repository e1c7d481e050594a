import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` in one network and browsers in another, by paths that carry little or nothing.
  @Suite(
    .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(4)),
    .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
  struct ShareBadPathTests {
    @Test func `a viewer far below the lowest rate is paused, and goes on when its path does; nobody else notices`()
      async throws
    {
      let network = try await NATNetwork()
      let desktop = try await Desktop(.fullMotion, width: 640, height: 480)
      let share = try await RunningShare(desktop, ["--room", "bay", "--cursor", "never"], in: network.outside)
      let (here, there) = (
        try await Chromium(arguments: ViewerPage.browserOptions, wrapper: network.outside.wrapper),
        try await Chromium(arguments: ViewerPage.browserOptions, wrapper: network.inside.wrapper)
      )
      let url = share.url
      let near = try await share.explaining { try await WatchingPage(url, in: here, showing: 640) }
      let far = try await share.explaining { try await WatchingPage(url, in: there, showing: 640) }
      try await far.viewer.showsNow(desktop)
      let nearBegun = try await near.now
      try await network.limitInside(to: 80_000)
      try await share.program.line(within: .seconds(60)) { $0.contains("cannot keep up") }
      let slow = "document.body.innerText.includes('too slow for this screen')"
      try await share.explaining { try await far.page.until(slow, within: .seconds(30)) }
      try await far.viewer.keep("cannot-keep-up")
      let bytes = try await network.outside.bytesSent(by: "eth0")
      // Who is behind is first sent what the path may carry, ever less, and then nothing but tries of it: half a second
      // of the 300 kbit/s that the picture takes at the least, after 3 s, 6 s and 12 s. Whom a try lets go on although
      // the path is as bad as before is sent pictures for the two seconds at least that it takes to notice. So from
      // some moment on, and until the path is mended, the sum of fourteen seconds is that of two tries, and of no
      // pictures.
      var rate = Double.infinity
      var sums = [(moment: MonotonicClock.seconds, bytes: bytes)]
      try await eventually("next to nothing sent to a viewer who is paused", within: 45) {
        try await Task.sleep(for: .seconds(1))
        sums.append((MonotonicClock.seconds, try await network.outside.bytesSent(by: "eth0")))
        let last = sums[sums.count - 1]
        guard let first = sums.last(where: { last.moment - $0.moment >= 14 }) else { return false }
        rate = Double(last.bytes - first.bytes) * 8e-3 / (last.moment - first.moment)
        return rate < 45
      }
      let paused = try await share.statistics(viewers: 2, after: share.time)

      try await network.limitInside(to: nil)
      try await share.program.line(within: .seconds(100)) { $0.contains("keeps up again") }
      try await share.explaining { try await far.page.until("!\(slow)", within: .seconds(20)) }
      try await far.viewer.showsNow(desktop)
      let after = try await share.statistics(viewers: 2, after: share.time)
      let nearPause = try await near.longestPause(untilPicturesAfter: near.now, within: .seconds(20), since: nearBegun)
      let keyFrames = (after["keyFrames"].int ?? 0) - (paused["keyFrames"].int ?? 0)
      #expect(keyFrames <= 6)
      #expect(nearPause < 5)
      for browser in [here, there] { try await browser.close() }
      try await share.stop()
    }

    @Test func `who shares gets another address, and is seen again soon`() async throws {
      let network = try await NATNetwork()
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let room = try await Self.serve(in: network.router, at: "10.77.1.1:8080")
      let share = try await RunningShare(
        desktop, ["--server", "http://10.77.1.1:8080", "--room", "bay"], in: network.outside)
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      let watching = try await share.explaining { try await WatchingPage(share.url, in: browser, showing: 640) }
      try await watching.viewer.showsNow(desktop)
      try await share.explaining {
        try await watching.seesThroughChanges(ofAddressIn: network.outside, subnet: "10.77.1", desktop)
      }
      try await browser.close()
      try await share.stop()
      try await room.stop()
    }

    @Test func `who cannot be served is told of in words, in the command and on the page`() async throws {
      let network = try await NATNetwork()
      let desktop = try await Desktop(.testCard, width: 320, height: 240)
      // The room is reached, and nothing by UDP.
      try await network.inside.run("iptables -A OUTPUT -p udp -j DROP && iptables -A INPUT -p udp -j DROP")
      let direct = try await RunningShare(
        desktop, ["--listen", "10.77.1.2:8080", "--room", "bay"], in: network.outside)
      // There is no TURN server at the router.
      let relayed = try await RunningShare(
        desktop,
        [
          "--listen", "10.77.1.2:8090", "--room", "bay", "--ice-transport-policy", "relay",
          "--ice-server", "turn:10.77.1.1:3478,ann,secret",
        ], in: network.outside)
      let browser = try await Chromium(arguments: ViewerPage.browserOptions, wrapper: network.inside.wrapper)
      let blocked = try await ViewerPage(direct.url, in: browser)
      _ = try await ViewerPage(
        direct.url, in: browser, script: "RTCPeerConnection.prototype.createAnswer = () => new Promise(() => {})")
      let unrelayed = try await ViewerPage(relayed.url, in: browser)
      func told(_ share: RunningShare, _ words: String) async throws {
        try await share.explaining { _ = try await share.program.line(within: .seconds(60)) { $0.contains(words) } }
      }
      try await told(relayed, "cannot be reached: No relay: turn:10.77.1.1:3478")
      try await told(direct, "does not answer")
      try await told(direct, "by UDP, which a firewall may be blocking")
      for (page, words) in [
        (blocked, "The networks allow no direct connection (UDP), and this room has no relay (TURN)."),
        (unrelayed, "Their computer gave no address that can be reached."),
      ] {
        try await page.page.until("document.querySelector('main').innerText.includes('\(words)')", within: .seconds(30))
        try await page.until("Connecting to")
      }
      try await blocked.keep("udp-blocked")
      try await browser.close()
      for share in [direct, relayed] { try await share.stop() }
    }

    private static func serve(in network: NetworkNamespace, at address: String) async throws -> Program {
      let command = network.wrapper + [try Executables.product("oriel"), "serve", "--listen", address, "--json"]
      let server = try Program(command[0], Array(command.dropFirst()))
      try await server.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      return server
    }
  }
}
