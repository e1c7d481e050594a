import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` on a machine that has no network address yet, or loses it.
  ///
  /// The address of an interface that is not RUNNING is ignored, but packets still pass: a page can reach the room
  /// meanwhile.
  @Suite(
    .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2)),
    .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
  struct ShareAddressTests {
    @Test func `a viewer sees the desktop again after the share's address was removed for three seconds`()
      async throws
    {
      let network = try await NATNetwork()
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let share = try await RunningShare(desktop, ["--room", "bay"], in: network.outside)
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      let watching = try await share.explaining { try await WatchingPage(share.url, in: browser, showing: 640) }
      try await watching.viewer.showsNow(desktop)
      #expect(share.viewerStates == ["joined", "connected"])

      try await network.outside.run("ip address flush dev eth0")
      try await Task.sleep(for: .seconds(3))
      try await network.outside.run("ip address add 10.77.1.2/24 dev eth0; ip route add default via 10.77.1.1")
      let back = try await watching.now
      let pause = try await share.explaining {
        try await watching.longestPause(
          untilPicturesAfter: watching.now + 500, within: .seconds(60), since: back - 4500)
      }
      try await share.explaining { try await watching.viewer.showsNow(desktop) }
      print("three seconds without an address: \(pause) s without a picture")
      // Its room connection was lost as well; if the page has made a new one, it has left and joined.
      #expect(!share.viewerStates.contains("failed"))
      #expect(share.warnings == ["plainHTTP"], "\(share.program.output)")
      try await browser.close()
      try await share.stop()
    }

    /// A share on a machine without an address, and a viewer in its room.
    private func joinedWithoutAddress() async throws -> (
      NATNetwork, Desktop, RunningShare, Chromium, WatchingPage
    ) {
      let network = try await NATNetwork()
      try await network.outside.setRunning(false, of: "eth0")
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let share = try await RunningShare(desktop, ["--room", "bay"], in: network.outside)
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      let watching = try await WatchingPage(share.url, in: browser)
      try await share.viewers("joined")
      return (network, desktop, share, browser, watching)
    }

    @Test func `a viewer that joined before the share had an address is connected a second after it gets one`()
      async throws
    {
      let (network, desktop, share, browser, watching) = try await joinedWithoutAddress()
      try await Task.sleep(for: .seconds(1))
      #expect(share.viewerStates == ["joined"])

      try await network.outside.setRunning(true, of: "eth0")
      let begun = MonotonicClock.seconds
      try await share.explaining { try await watching.viewer.showsNow(desktop) }
      print("the picture \(MonotonicClock.seconds - begun) s after the address")
      #expect(share.viewerStates == ["joined", "connected"])
      #expect(share.warnings == ["plainHTTP"], "\(share.program.output)")
      try await browser.close()
      try await share.stop()
    }

    @Test
    func
      `ten seconds without an address give one warning, and the viewer keeps its place and its connection`()
      async throws
    {
      let (network, desktop, share, browser, watching) = try await joinedWithoutAddress()
      try await share.saysNoAddress(1)
      let told = "document.querySelector('main').innerText.includes('Their computer has no network address yet.')"
      try await watching.viewer.page.until(told)
      #expect(MonotonicClock.seconds - share.program.launched >= 10 && share.viewerStates == ["joined"])
      try await Task.sleep(for: .seconds(15 - (MonotonicClock.seconds - share.program.launched)))
      #expect(share.warnings == ["plainHTTP", "noAddress"], "\(share.program.output)")
      try await network.outside.setRunning(true, of: "eth0")
      try await share.explaining { try await watching.viewer.showsNow(desktop) }
      #expect(share.viewerStates == ["joined", "connected"])

      // Removed until the path has failed, so that it cannot recover by itself.
      try await network.outside.run("iptables -A OUTPUT -p udp -j DROP; iptables -A INPUT -p udp -j DROP")
      try await network.outside.setRunning(false, of: "eth0")
      try await share.saysNoAddress(2)
      try await watching.page.until("connections[0].connectionState === 'failed'", within: .seconds(60))
      try await network.outside.run("iptables -F")
      try await network.outside.setRunning(true, of: "eth0")
      let back = MonotonicClock.seconds
      try await share.explaining { try await watching.viewer.showsNow(desktop) }
      print("the picture back \(MonotonicClock.seconds - back) s after the address")
      #expect(try await watching.page.evaluate("connections.length") == 1)
      #expect(Set(share.viewerStates) == ["joined", "connected"])
      #expect(share.viewerStates.count { $0 == "joined" } == 1)
      #expect(share.warnings == ["plainHTTP", "noAddress", "noAddress"], "\(share.program.output)")
      try await browser.close()
      try await share.stop()
    }

    @Test
    func `a share that starts without an address prints its link, and joins a room elsewhere, when it gets one`()
      async throws
    {
      let network = try await NATNetwork()
      try await network.outside.run("ip address flush dev eth0")
      let oriel = try Executables.product("oriel")
      let room = try Self.program(
        network.router.wrapper + [oriel, "serve", "--listen", "10.77.1.1:8080", "--json"])
      try await room.line { Events.name(ofLine: $0) == "ready" }
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let own = try await RunningShare(desktop, ["--room", "bay"], in: network.outside)
      #expect(own.url.hasPrefix("http://localhost:"))
      let sharing = [oriel, "share", "--display", desktop.display, "--json", "--room", "bay"]
      let elsewhere = try Self.program(
        network.outside.wrapper + sharing + ["--server", "http://10.77.1.1:8080"])
      try await elsewhere.line { Events.name(ofLine: $0) == "surface" }
      try await Task.sleep(for: .seconds(2))
      #expect(elsewhere.isRunning && !elsewhere.output.contains("ready"))

      try await network.outside.run("ip address add 10.77.1.2/24 dev eth0; ip route add default via 10.77.1.1")
      let ready = try await elsewhere.line(within: .seconds(20)) { Events.name(ofLine: $0) == "ready" }
      #expect(try JSON(parsing: ready)["url"].string?.hasPrefix("http://10.77.1.1:8080/room/bay#fp=") == true)
      let link = try await own.program.line(within: .seconds(20)) { Events.name(ofLine: $0) == "link" }
      #expect(try JSON(parsing: link)["url"].string == own.url.replacing("localhost", with: "10.77.1.2"))
      #expect(!Events.parse(elsewhere.output).contains { $0["event"] == "warning" })
      for program in [own.program, elsewhere, room] {
        #expect(try await program.stop(within: .seconds(10)).status == 0)
      }
    }

    private static func program(_ command: [String]) throws -> Program {
      try Program(command[0], Array(command.dropFirst()))
    }
  }
}

extension RunningShare {
  /// The codes of the warnings so far.
  fileprivate var warnings: [String] {
    Events.parse(program.output).filter { $0["event"] == "warning" }.compactMap { $0["code"].string }
  }

  /// Waits until it has warned `count` times that there is no address.
  fileprivate func saysNoAddress(_ count: Int) async throws {
    try await eventually("\(count) warnings of no address", within: 20) {
      warnings.count { $0 == "noAddress" } >= count
    }
  }
}
