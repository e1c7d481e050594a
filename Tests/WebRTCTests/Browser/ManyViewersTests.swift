import Encoding
import Foundation
import Harness
import Media
import RTCProtocol
import Scenes
import Testing

@testable import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(3))) struct ManyViewersTests {
    /// A connection and the page's end of it.
    private struct Viewer {
      let connection: RTCPeerConnection
      let peer: BrowserPeer

      init(_ page: ChromiumPage, of desktop: SharedDesktop) async throws {
        peer = try await BrowserPeer(page)
        connection = try await RTCPeerConnection(.loopback)
        try await connection.addTrack(desktop.track, desktop.stream)
        try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      }

      /// Whether both get one and the same encode.
      @RTCActor func shares(with other: Viewer) -> Bool {
        connection.getSenders().first?.source?.encoded === other.connection.getSenders().first?.source?.encoded
      }

      @RTCActor var encoder: VideoEncoderStatistics? { connection.getSenders().first?.source?.encoded.statistics }
    }

    @Test func `one, two and eight viewers get one and the same encode`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      var viewers: [Viewer] = []
      for count in [1, 2, 8] {
        while viewers.count < count { viewers.append(try await Viewer(browser.page, of: desktop)) }
        for viewer in viewers { try await viewer.peer.firstPicture() }
        // What newcomers cost is a key frame, and its refinement.
        try await Task.sleep(for: .seconds(2))
        let before = try #require(await viewers[0].encoder)
        var decoded: [Double] = []
        for viewer in viewers { decoded.append(try await viewer.peer.inbound["framesDecoded"].number ?? 0) }
        let start = MediaTime.now
        try await Task.sleep(for: .seconds(3))
        let after = try #require(await viewers[0].encoder)
        let seconds = (MediaTime.now - start).seconds
        for viewer in viewers { #expect(await viewer.shares(with: viewers[0])) }
        let encoded = after.framesEncoded - before.framesEncoded - after.refinements + before.refinements
        // Thirty a second, however many watch.
        #expect(Double(encoded) <= seconds * 31 + 2)
        #expect(Double(encoded) >= seconds * 5)
        // Nobody asked for more, but where a busy machine lost something.
        #expect(after.keyFrames <= before.keyFrames + 2)
        for (viewer, old) in zip(viewers, decoded) {
          let new = try await viewer.peer.inbound["framesDecoded"].number ?? 0
          #expect(new - old >= Double(encoded) * 0.6, "with \(count) viewers")
          try await eventually("the barcode") {
            try await viewer.peer.barcode(of: .testCard, screen: desktop.screen) != nil
          }
        }
      }
      for viewer in viewers { await viewer.connection.close() }
      try await browser.close()
      try await desktop.stop()
    }

    @Test func `a late joiner on a still screen has its first picture within 500 ms, and it becomes sharp`()
      async throws
    {
      let desktop = try await SharedDesktop(.still, width: 1920, height: 1080)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let first = try await Viewer(browser.page, of: desktop)
      try await first.peer.firstPicture()
      try await Task.sleep(for: .seconds(3))
      let rested = try #require(await first.encoder)
      var times: [Double] = []
      for _ in 0..<3 {
        let joiner = try await Viewer(browser.page, of: desktop)
        times.append(try await joiner.peer.firstPicture().afterConnection)
        try await Task.sleep(for: .seconds(2))
        await joiner.connection.close()
      }
      // A busy machine may hold any of them up; how long it takes as a rule is measured by `make bench-share`.
      #expect(times.min()! <= 500 && times.allSatisfy { $0 <= 3000 }, "\(times)")
      let after = try #require(await first.encoder)
      #expect(3...6 ~= after.keyFrames - rested.keyFrames)
      #expect(after.framesCaptured == rested.framesCaptured)

      // What the joiners' coarse key frames took is back.
      let screenshot = try TemporaryDirectory()
      let file = screenshot.file("screen.png")
      try await desktop.server.screenshot(to: file)
      let width = desktop.screen.width
      try await eventually("the sharp picture") {
        let luma = try await first.peer.pixels(in: PixelRect(desktop.screen)).map { pixel in
          let (red, green, blue) = (Double(pixel[0]), Double(pixel[1]), Double(pixel[2]))
          return UInt8(16.5 + (0.299 * red + 0.587 * green + 0.114 * blue) * 219 / 255)
        }
        let shown = DecodedFrame(
          milliseconds: 0, width: width, height: desktop.screen.height, format: .luma, bytes: luma)
        return try await FFmpeg.lumaSSIM(of: shown, to: file) >= 0.99
      }
      await first.connection.close()
      try await browser.close()
      try await desktop.stop()
    }
  }
}
