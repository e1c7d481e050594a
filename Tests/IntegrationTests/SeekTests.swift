import Foundation
import Harness
import Media
import Scenes
import Testing
import WebM

extension IntegrationTests {
  @Suite(.recordedForSeeking, .timeLimit(.minutes(2))) struct SeekTests {
    /// Near the start, in the middle, just before and after the second key frame, near the end; and back.
    private static let targets = [0.4, 2.0, 4.7, 5.3, 6.8, 3.3, 0.0]

    @Test func `the index has every key frame`() throws {
      let file = try WebMFile(try RecordedForSeeking.value().recording.file)
      #expect(file.isSeekable)
      #expect(file.keyFrameTimes.count >= 2)
      #expect(file.cues.map { Int($0.time.roundedMilliseconds) } == file.keyFrameTimes)
    }

    @Test func `a seek in ffmpeg returns the frame of that time`() async throws {
      let (recording, seen) = try RecordedForSeeking.value()
      for target in Self.targets {
        let frames = try await FFmpeg.frames(of: recording.file, as: .luma, from: target)
        let frame = try #require(try await frames.first { _ in true })
        let expected = try #require(seen.first { Double($0.time) >= target * 1000 })
        let found = try Sighting(frame, of: .testCard, screen: RecordedForSeeking.screen)
        #expect(found.time == expected.time && found.drawn == expected.drawn, "a seek to \(target) s")
      }
    }

    @Test(.enabled("Chromium is installed") { Chromium.isInstalled })
    func `a seek in Chromium shows the frame of that time, in the right colours`() async throws {
      let (recording, seen) = try RecordedForSeeking.value()
      let player = try await ChromiumPlayer(recording.file)
      let duration = try #require(recording.stop["durationSeconds"].number)
      let facts = try await player.facts
      #expect(facts["width"] == 640 && facts["height"] == 480)
      #expect(abs((facts["duration"].number ?? 0) - duration) <= 0.001)
      // One range, from the first moment to the last.
      #expect(facts["seekable"].array?.count == 1)
      #expect(facts["seekable"][0][0] == 0)
      #expect(abs((facts["seekable"][0][1].number ?? 0) - duration) <= 0.001)

      let card = TestCard(width: RecordedForSeeking.screen.width, height: RecordedForSeeking.screen.height)
      for target in Self.targets {
        let next = try #require(seen.firstIndex { Double($0.time) > target * 1000 })
        // The middle of a frame's time: at its limits rounding decides.
        let shown = seen[next - 1]
        try await player.seek(
          to: Double(shown.time + seen[next].time) / 2000, showing: Double(shown.time) / 1000)
        let plane = try await player.luma(of: card.barcodeRect)
        let origin = PixelRect(Barcode.size)
        #expect(Barcode.decode(plane, at: origin).map(Int.init) == shown.drawn, "a seek to \(target) s")
      }
      for patch in card.patches {
        let pixels = try await player.pixels(
          in: PixelRect(
            x: patch.rect.x + patch.rect.width / 4, y: patch.rect.y + patch.rect.height / 4,
            width: patch.rect.width / 2, height: patch.rect.height / 2))
        let worst = pixels.map { ColourChecks.distance(patch, $0) }.max() ?? 255
        // Measured: 4 in blue. Chromium's conversion from BT.601 rounds more coarsely than ffmpeg's, and a player that
        // takes the matrix for BT.709's is off by 20 and more.
        #expect(worst <= 5, "\(patch.name) is off by \(worst)")
      }
      try await player.close()
    }
  }
}
