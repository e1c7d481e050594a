import Capture
import Media
import TestSupport
import Testing

/// The behaviour of web-platform-tests' screen-capture/getdisplaymedia-framerate.https.html, and a rate that changes while
/// the capture runs.
@Suite(.timeLimit(.minutes(1))) struct GetDisplayMediaFrameRateTests {
  @Test func `a rate is held to, from the call and in a running capture`() async throws {
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
    /// Paints for a while, faster than any rate here.
    func frames(in span: MediaTime) async throws -> (count: Int, seconds: Double) {
      let (before, start) = (sink.frames.count, MediaTime.now)
      while MediaTime.now < start + span {
        colour += 1
        painter.fill(PixelRect(x: 0, y: 0, width: 64, height: 64), colour)
        try await Task.sleep(for: .milliseconds(4))
      }
      return (sink.frames.count - before, (MediaTime.now - start).seconds)
    }
    let slow = try await frames(in: .seconds(2))
    // At the least half of it, on a machine that does other things too; never more, but for the slots at both ends.
    #expect(Double(slow.count) >= slow.seconds * 2.5)
    #expect(Double(slow.count) <= slow.seconds * 5 + 3)
    try await track.applyConstraints(.init(frameRate: 60))
    // A busy machine may take a while to show that it can.
    var isFaster = false
    for _ in 0..<20 where !isFaster {
      let fast = try await frames(in: .seconds(1))
      #expect(Double(fast.count) <= fast.seconds * 60 + 3)
      isFaster = Double(fast.count) > fast.seconds * 5 + 3
    }
    #expect(isFaster)
    try await track.applyConstraints(.init(frameRate: .init(max: 2)))
    let last = try await frames(in: .seconds(1))
    #expect(Double(last.count) <= last.seconds * 2 + 3)
    track.stop()
  }
}
