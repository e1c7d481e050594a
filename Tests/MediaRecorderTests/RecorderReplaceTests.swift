import Harness
import Media
import Recording
import Synthetic
import Testing
import WebM

@Suite(.timeLimit(.minutes(1))) struct RecorderReplaceTests {
  @Test func `a replacement track continues the file at its size, also when the old track ends`()
    async throws
  {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.paintUntilEncoded(4)
    let larger = PixelSize(width: 200, height: 300)
    var picture = PaintedPicture(larger)
    picture.write(PixelRect(larger), seed: 5)
    let source = SyntheticSource(picture, isShown: true)
    try studio.recorder.replaceTrack(MediaStreamTrack(source: source, label: "other"))
    studio.track.stop()
    let goal = studio.recorder.statistics.framesEncoded + 6
    var seed: UInt64 = 50
    try await eventually("pictures of the other source") {
      seed += 1
      source.write(PixelRect(larger), seed: seed)
      return studio.recorder.statistics.framesEncoded >= goal
    }
    #expect(studio.recorder.state == .recording)
    // Also while paused: the pictures after the pause are of the newest track.
    try studio.recorder.pause()
    let last = SyntheticSource(picture, isShown: true)
    let lastTrack = MediaStreamTrack(source: last, label: "last")
    try studio.recorder.replaceTrack(lastTrack)
    source.end(.surfaceGone)
    try studio.recorder.resume()
    let next = studio.recorder.statistics.framesEncoded + 4
    try await eventually("pictures of the last source") {
      seed += 1
      last.write(PixelRect(larger), seed: seed)
      return studio.recorder.statistics.framesEncoded >= next
    }
    lastTrack.stop()
    try await studio.log.received("stop")
    let recorded = try Recorded(studio.log.data)
    #expect(recorded.isInOrder)
    #expect(studio.recorder.statistics.width == Studio.size.width)
    #expect(recorded.blocks.count { $0.isKeyFrame } >= 3)
    #expect(throws: MediaRecorderError.self) { try studio.recorder.replaceTrack(lastTrack) }
  }
}
