import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` in one network and a browser in another, with a NAT in between.
  @Suite(
    .enabled(if: Chromium.isInstalled),
    .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
  struct ShareNetworkTests {
    @Test func `a viewer behind a NAT sees the desktop, and sees it again soon after its address has changed`()
      async throws
    {
      let network = try await NATNetwork()
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let share = try SharedDesktop(desktop, ["--room", "bay"], in: network.outside)
      let url = try await share.url
      #expect(url.hasPrefix("http://10.77.1.2:"))
      let browser = try await Chromium(wrapper: network.inside.wrapper)
      let watching = try await share.explaining { try await WatchingPage(browser.page, at: url, showing: 640) }
      try await watching.showsThePresent(of: desktop)
      let credentials = "connections.at(-1).remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
      let first = try await watching.page.evaluate(credentials)

      // The way of the pictures is gone, the one of the room is not: an ICE restart finds another.
      var moment = try await watching.now
      try await network.inside.run(
        """
        ip address add 10.77.2.3/24 dev eth0
        ip route replace default via 10.77.2.1 src 10.77.2.3
        iptables -A OUTPUT -s 10.77.2.2 -p udp -j DROP
        iptables -A INPUT -d 10.77.2.2 -p udp -j DROP
        """)
      let restarted = try await watching.pictures(after: moment + 500, within: .seconds(30))
      try await watching.showsThePresent(of: desktop)
      #expect(try await watching.page.evaluate("connections.length") == 1)
      #expect(try await watching.page.evaluate(credentials) != first)

      // Every way is gone, the room's too.
      moment = try await watching.now
      try await network.inside.run(
        """
        ip address flush dev eth0
        iptables -F
        ip address add 10.77.2.4/24 dev eth0
        ip route add default via 10.77.2.1
        """)
      let moved = try await watching.pictures(after: moment + 500, within: .seconds(30))
      try await watching.showsThePresent(of: desktop)
      print(
        String(
          format: "picture back after %.1f s by an ICE restart, after %.1f s at another address", restarted, moved))
      // Three seconds on a machine that has nothing else to do.
      #expect(restarted < 10 && moved < 10, "\(restarted) s, \(moved) s")
      try await browser.close()
      try await share.stop()
    }
  }
}
