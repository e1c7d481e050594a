import CX11
import Media
import Testing

@testable import Capture

@Suite(.serialized) struct DisplayCapturerTests {
  @Test func `a sink gets the whole desktop at once, then only what changes`() async throws {
    let server = try Xvfb()
    let painter = try Painter(server)
    painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), 0x336699)
    let capturer = try await DisplayCapturer.open(.init(display: server.display, cursor: .never))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    #expect(sink.frames[0].dirty == [PixelRect(x: 0, y: 0, width: 640, height: 480)])
    #expect(sink.pixels.allSatisfy { $0 == 0x336699 })

    painter.fill(PixelRect(x: 100, y: 50, width: 31, height: 17), 0xff8000)
    try await eventually("the rectangle") { sink.frames.count == 2 }
    #expect(sink.frames[1].dirty == [PixelRect(x: 100, y: 50, width: 31, height: 17)])
    #expect(sink.pixel(100, 50) == 0xff8000)
    #expect(sink.pixel(130, 66) == 0xff8000)
    #expect(sink.pixel(131, 66) == 0x336699)
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    try await eventually("the count") { capturer.statistics.framesCaptured == 2 }
    #expect(capturer.statistics.method == .sharedPixmap)
    #expect(capturer.statistics.pixels == 640 * 480 + 31 * 17)
    capturer.stop()
    #expect(sink.hasEnded)
  }
}
