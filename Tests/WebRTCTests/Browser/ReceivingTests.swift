import Foundation
import Harness
import Media
import RTP
import Recording
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(2))) struct ReceivingTests {
    @Test func `a browser's canvas and sound are recorded to WebM as VP8 and Opus`() async throws {
      let folder = try TemporaryDirectory()
      let file = folder.file("remote.webm")
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let peer = try await BrowserPeer(browser.page)
      try await peer.addCanvas(withSound: true)
      let connection = try await RTCPeerConnection(.loopback)
      let events = connection.events
      try await peer.take(try await connection.completeAnswer(to: try await peer.offer()))
      var stream: MediaStream?
      for await event in events {
        guard case .track(let event) = event else { continue }
        stream = event.streams.first
        if stream?.getTracks().count == 2 { break }
      }
      let recorder = try EncodedRecorder(try #require(stream), path: file.path)
      try await eventually("four seconds", within: 20) { recorder.statistics.durationSeconds >= 4 }
      let statistics = try await recorder.stop()
      await connection.close()
      try await browser.close()

      let probe = try await FFmpeg.probe(file, ["-count_frames"])
      let streams = probe["streams"].array ?? []
      #expect(streams.map { $0["codec_name"].string } == ["vp8", "opus"])
      #expect(streams.first?["width"] == 320 && streams.first?["height"] == 240)
      let (pictures, sounds) = (streams[0]["nb_read_frames"].number ?? 0, streams[1]["nb_read_frames"].number ?? 0)
      #expect(pictures >= 30)
      // 50 packets a second, of which a busy browser skips some.
      #expect(sounds >= 120)
      #expect(Int(pictures + sounds) <= statistics.frames)
      #expect(abs((probe["format"]["duration"].number ?? 0) - statistics.durationSeconds) < 0.1)
      // It decodes without errors, and the picture is the canvas's: red and blue in turns.
      try await FFmpeg.run(["-i", file.path, "-xerror", "-f", "null", "-"])
      var colours = Set<String>()
      for try await frame in try await FFmpeg.frames(of: file, as: .rgb) {
        let pixel = Array(frame.pixel(x: 160, y: 120))
        if pixel[0] > 200, pixel[2] < 60 { colours.insert("red") }
        if pixel[2] > 200, pixel[0] < 60 { colours.insert("blue") }
      }
      #expect(colours == ["red", "blue"])
    }
  }
}
