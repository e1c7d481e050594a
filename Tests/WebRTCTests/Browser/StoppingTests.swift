import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(3))) struct StoppingTests {
    /// The first m-line carries the bundle's transport: browsers close the transport with it, and make another.
    @Test(arguments: ["ours", "theirs"])
    func `stopping the first of two transceivers leaves the second one playing`(side: String) async throws {
      let (one, two) = (
        try await SharedDesktop(.testCard, width: 640, height: 480),
        try await SharedDesktop(.testCard, width: 640, height: 480)
      )
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let peer = try await BrowserPeer(browser.page)
      let connection = try await RTCPeerConnection(.loopback)
      for desktop in [one, two] { try await connection.addTrack(desktop.track, desktop.stream) }
      try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      for mid in ["0", "1"] { try await eventually("a picture") { (try await decoded(peer, mid)) > 10 } }
      if side == "ours" {
        try await connection.getTransceivers()[0].stop()
        try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      } else {
        try await peer.evaluate("peer.pc.getTransceivers()[0].stop()")
        try await peer.take(try await connection.completeAnswer(to: try await peer.offer()))
      }
      let transceivers = await connection.getTransceivers()
      #expect(transceivers.count == 1)
      let before = try await decoded(peer, "1")
      try await eventually("more of the second") { (try await decoded(peer, "1")) > before + 60 }
      #expect(await connection.connectionState == .connected)
      #expect(try await peer.evaluate("return peer.pc.connectionState") == "connected")
      // The path survives an offer of each side.
      try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      try await peer.take(try await connection.completeAnswer(to: try await peer.offer()))
      let later = try await decoded(peer, "1")
      try await eventually("still more of the second") { (try await decoded(peer, "1")) > later + 30 }
      await connection.close()
      try await browser.close()
      try await one.stop()
      try await two.stop()
    }

    /// The number of decoded frames of an m-line.
    private func decoded(_ peer: BrowserPeer, _ mid: String) async throws -> Double {
      let report = try await peer.evaluate(
        """
        return [...(await peer.pc.getStats()).values()]
          .find(r => r.type == 'inbound-rtp' && r.mid == '\(mid)')?.framesDecoded ?? 0
        """)
      return report.number ?? 0
    }
  }
}
