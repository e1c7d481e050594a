import Foundation
import Harness
import Media
import RTCProtocol
import Scenes
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(2))) struct WatchingTests {
    @Test func `Chromium shows the test card: barcodes of now, colours within 4 of 255, every frame, no freeze`()
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

      // Reading pixels for the first time takes the page long.
      _ = try await peer.barcode(of: .testCard, screen: desktop.screen)
      let before = try await peer.inbound
      var ages: [Double] = []
      for _ in 0..<20 {
        try await Task.sleep(for: .milliseconds(200))
        ages.append(try #require(try await peer.age(of: .testCard, screen: desktop.screen)))
      }
      let after = try await peer.inbound
      #expect(ages.allSatisfy { $0 > 0 && $0 < 3 }, "\(ages)")
      #expect(ages.sorted()[10] < 0.5, "\(ages)")
      let decoded = (after["framesDecoded"].number ?? 0) - (before["framesDecoded"].number ?? 0)
      #expect(decoded >= 60, "\(decoded) frames in four seconds")
      // A busy machine may hold up a picture, or lose a packet.
      #expect((after["freezeCount"].int ?? 0) - (before["freezeCount"].int ?? 0) <= 1)
      #expect((after["packetsLost"].int ?? 0) * 50 <= after["packetsReceived"].int ?? 0)
      #expect(1...3 ~= after["keyFramesDecoded"].int ?? 0)
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
