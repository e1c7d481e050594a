import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` in one network and a browser in another, with NAT between them.
  @Suite(
    .enabled(if: Chromium.isInstalled),
    .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
  struct ShareNetworkTests {
    @Test func `a viewer behind NAT sees the desktop, and sees it again soon after its address has changed`()
      async throws
    {
      let network = try await NATNetwork()
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let share = try await RunningShare(desktop, ["--room", "bay"], in: network.outside)
      let url = share.url
      #expect(url.hasPrefix("http://10.77.1.2:"))
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      let watching = try await share.explaining { try await WatchingPage(url, in: browser, showing: 640) }
      try await watching.viewer.showsNow(desktop)
      try await share.explaining {
        try await watching.seesThroughChanges(ofAddressIn: network.inside, subnet: "10.77.2", desktop)
      }
      try await browser.close()
      try await share.stop()
    }

    @Test func `the picture arrives with only a TURN server as the path, by credentials from the room`()
      async throws
    {
      let network = try await NATNetwork()
      // The inner network can reach the room and the TURN server; other UDP is blocked.
      try await network.router.run("iptables -I FORWARD -p udp -j DROP")
      let turn = try await TURNServer(users: .sharedSecret("bay"), address: "10.77.1.1", in: network.router)
      let folder = try TemporaryDirectory()
      let secret = folder.file("secret")
      try Data("bay\n".utf8).write(to: secret)
      let serving = [
        "serve", "--listen", "10.77.1.2:8080", "--turn-uri", "turn:10.77.1.1:\(turn.port)",
        "--turn-secret", "@\(secret.path)",
      ]
      let command = network.outside.wrapper + [try Executables.product("oriel")] + serving
      let room = try Program(command[0], Array(command.dropFirst()))
      try await eventually("the room server", within: 15) {
        room.output.contains("10.77.1.2:8080") || room.errorOutput.contains("10.77.1.2:8080")
      }
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let share = try await RunningShare(
        desktop, ["--server", "http://10.77.1.2:8080", "--room", "bay", "--ice-transport-policy", "relay"],
        in: network.outside)
      let url = share.url
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      let watching = try await share.explaining { try await WatchingPage(url, in: browser, showing: 640) }
      try await watching.viewer.showsNow(desktop)
      // The viewer got only relayed candidates.
      let kinds = try await watching.page.evaluate(
        """
        connections[0].getStats().then(report => [...new Set([...report.values()]
          .filter(({type}) => type === 'remote-candidate').map(({candidateType}) => candidateType))])
        """)
      #expect(kinds == ["relay"])
      #expect(!Events.parse(share.program.output).contains { $0["event"] == "warning" })
      try await browser.close()
      for program in [share.program, room] { try await program.stop() }
      try await turn.stop()
    }

    @Test func `viewers that join, leave and lose packets do not affect a recording`() async throws {
      let network = try await NATNetwork()
      // One packet in eight is lost in each direction: by the viewers' reports the rate would have to fall.
      try await network.router.run(
        """
        iptables -I FORWARD -p udp -m statistic --mode random --probability 0.125 -j DROP
        """)
      let desktop = try await Desktop(.fullMotion, width: 640, height: 480, stopAfter: 10)
      let folder = try TemporaryDirectory()
      let files = ["alone", "watched"].map { folder.file("\($0).webm") }
      // At the same time, so that both get the same CPU time.
      var shares: [RunningShare] = []
      for file in files {
        shares.append(
          try await RunningShare(
            desktop, ["--room", "bay", "--record", file.path, "--bitrate", "1500k", "--cursor", "never"],
            in: network.outside))
      }
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      var pages: [ChromiumPage] = []
      for _ in 0..<3 {
        let watching = try await shares[1].explaining {
          try await WatchingPage(shares[1].url, in: browser, showing: 640)
        }
        pages.append(watching.page)
        if pages.count == 2 { try await pages[0].close() }
      }
      try await shares[1].viewers("connected", count: 3)
      try await shares[1].viewers("left")
      // Until the screen has been still for long enough to be at its sharpest.
      var steps = 0
      try await eventually("the end of the motion", within: 60) {
        let before = steps
        steps = try desktop.scene.steps.count
        try await Task.sleep(for: .seconds(2))
        return steps == before
      }
      let screenshot = folder.file("screen.png")
      try await desktop.server.screenshot(to: screenshot)
      for share in shares { try await share.stop() }
      try await browser.close()

      let alone = try await Judgement(files[0], desktop, screenshot)
      let watched = try await Judgement(files[1], desktop, screenshot)
      #expect(watched.kept >= alone.kept - 0.1, "\(alone) \(watched)")
      #expect(watched.sharpness >= alone.sharpness - 0.002, "\(alone) \(watched)")
      // The rate is not lower either. It may be higher, by the key frames that viewers request: one that has lost a keep-alive
      // requests a key frame even on a still screen.
      #expect(0.75...3 ~= watched.kilobitsPerSecond / alone.kilobitsPerSecond, "\(alone) \(watched)")
    }
  }
}
