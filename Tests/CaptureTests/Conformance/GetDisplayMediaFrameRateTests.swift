import Capture
import Media
import TestSupport
import Testing

/// The behaviour of web-platform-tests' screen-capture/getdisplaymedia-framerate.https.html, and a rate that changes while
/// the capture runs.
@Suite(.timeLimit(.minutes(1))) struct GetDisplayMediaFrameRateTests {
  @Test func `a frame rate limits the pictures, from getDisplayMedia and from applyConstraints`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    let track = try await MediaDevices.getDisplayMedia(
      .init(display: server.display, cursor: .never, video: .constrained(.init(width: 160, frameRate: 5)))
    ).getTracks()[0]
    #expect(track.getSettings().frameRate == 5)
    let sink = PictureSink()
    try #require(track.source as? any VideoSource).attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    var colour: UInt = 0
    func paint() {
      colour += 1
      painter.fill(PixelRect(x: 0, y: 0, width: 64, height: 64), colour)
    }
    /// Paints faster than any rate here until `count` more frames have come.
    /// - Returns: their timestamps.
    func times(ofFrames count: Int) async throws -> [MediaTime] {
      let before = sink.frames.count
      try await eventually("\(count) frames", within: 60) {
        paint()
        return sink.frames.count >= before + count
      }
      return sink.frames[before..<before + count].map(\.timestamp)
    }
    /// Expects no more frames than the rate allows, plus the slots at both ends.
    func expect(_ times: [MediaTime], atMost rate: Double, _ location: SourceLocation = #_sourceLocation) {
      let seconds = (times[times.count - 1] - times[0]).seconds
      #expect(Double(times.count) <= seconds * rate + 3, sourceLocation: location)
    }
    expect(try await times(ofFrames: 8), atMost: 5)
    try await track.applyConstraints(.init(frameRate: 60))
    let before = sink.frames.count
    try await eventually("frames closer together than at 5 a second", within: 30) {
      paint()
      let times = sink.frames[before...].map(\.timestamp)
      return zip(times, times.dropFirst()).contains { $1 - $0 < .milliseconds(90) }
    }
    expect(try await times(ofFrames: 30), atMost: 60)
    try await track.applyConstraints(.init(frameRate: .init(max: 2)))
    expect(try await times(ofFrames: 5), atMost: 2)
    track.stop()
  }
}
