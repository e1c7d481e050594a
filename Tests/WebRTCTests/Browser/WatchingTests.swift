import Foundation
import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(2))) struct WatchingTests {
    @Test
    func `Chromium shows the current test card, colours within 4 of 255, key frames only on request`()
      async throws
    {
      let desktop = try await SharedDesktop(.testCard)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let peer = try await BrowserPeer(browser.page)
      let connection = try await RTCPeerConnection(.loopback)
      try await connection.addTrack(desktop.track, desktop.stream)
      try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      try await peer.firstPicture()
      #expect(try await peer.evaluate("return peer.tracks[0].id") == .string(desktop.track.id))
      #expect(try await peer.evaluate("return peer.tracks[0].streams[0]") == .string(desktop.stream.id))
      let size = try await peer.evaluate("return [peer.video.videoWidth, peer.video.videoHeight]")
      #expect(size == [.number(Double(desktop.screen.width)), .number(Double(desktop.screen.height))])

      try await peer.shows(desktop, asOf: .now)
      let before = try await peer.inbound
      try await eventually("60 more frames") {
        let now = try await peer.inbound
        return (now["framesDecoded"].int ?? 0) - (before["framesDecoded"].int ?? 0) >= 60
      }
      try await peer.shows(desktop, asOf: .now)
      let after = try await peer.inbound
      // The first, and one for each PLI of a machine too busy to receive.
      #expect(1...1 + (after["pliCount"].int ?? 0) ~= after["keyFramesDecoded"].int ?? 0)
      #expect(after["decoderImplementation"].string?.isEmpty != true)

      let card = TestCard(width: desktop.screen.width, height: desktop.screen.height)
      for patch in card.patches {
        let inner = PixelRect(
          x: patch.rect.x + patch.rect.width / 4, y: patch.rect.y + patch.rect.height / 4,
          width: patch.rect.width / 2, height: patch.rect.height / 2)
        let worst = try await peer.pixels(in: inner).map { pixel in
          zip([patch.red, patch.green, patch.blue], pixel).map { abs(Int($0) - Int($1)) }.max() ?? 255
        }.max()
        // Chromium's own conversion to RGB is off by up to 2.
        #expect(worst ?? 255 <= 4, "\(patch.name)")
      }
      await connection.close()
      try await browser.close()
      try await desktop.stop()
    }
  }
}
