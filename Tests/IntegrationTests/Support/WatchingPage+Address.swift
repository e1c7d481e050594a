import Foundation
import Harness
import Testing

extension WatchingPage {
  /// Changes the address of one end of the path twice, and expects the picture to come back each time. First only the media
  /// path is lost, and an ICE restart finds another, unless the browser's continual gathering is faster; then all paths are
  /// lost, including that to the room.
  /// - Parameters:
  ///   - network: the end whose address changes: `subnet`.2 at first, .3 and .4 then, behind `subnet`.1.
  ///   - desktop: the shared desktop.
  func seesThroughChanges(ofAddressIn network: NetworkNamespace, subnet: String, _ desktop: Desktop) async throws {
    let credentials = "connections.at(-1).remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]"
    let first = try await page.evaluate(credentials)
    let connections = try await page.evaluate("connections.length")
    /// - Returns: the longest time without a picture, in seconds.
    func change(_ script: String) async throws -> Double {
      let moment = try await now
      try await network.run(script)
      // From now on only packets already under way arrive by the old path.
      let pause = try await longestPause(untilPicturesAfter: now + 500, within: .seconds(60), since: moment - 1500)
      try await viewer.showsNow(desktop)
      return pause
    }

    let restarted = try await change(
      """
      ip address add \(subnet).3/24 dev eth0
      ip route replace default via \(subnet).1 src \(subnet).3
      iptables -A OUTPUT -s \(subnet).2 -p udp -j DROP
      iptables -A INPUT -d \(subnet).2 -p udp -j DROP
      """)
    #expect(try await page.evaluate("connections.length") == connections)
    let way = try await page.evaluate(credentials) == first ? "a new candidate" : "an ICE restart"
    let moved = try await change(
      """
      ip address flush dev eth0
      iptables -F
      ip address add \(subnet).4/24 dev eth0
      ip route add default via \(subnet).1
      """)
    // Three seconds on an idle machine.
    #expect(restarted < 10 && moved < 10, "after \(restarted) s by \(way), after \(moved) s at another address")
  }
}
