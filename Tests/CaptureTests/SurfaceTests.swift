import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

@Suite(.serialized) struct SurfaceTests {
  private let left = (name: "left", geometry: PixelRect(x: 0, y: 0, width: 300, height: 200))
  private let right = (name: "right", geometry: PixelRect(x: 400, y: 100, width: 201, height: 301))

  @Test func `monitors are listed in the server's order`() async throws {
    let server = try await XServer()
    #expect(
      try DisplaySources.list(display: server.display) == [
        DisplayMonitor(
          index: 0, name: "screen", geometry: PixelRect(x: 0, y: 0, width: 640, height: 480), isPrimary: false)
      ])
    try Painter(server).setMonitors([left, right])
    let monitors = try DisplaySources.list(display: server.display)
    #expect(monitors.map(\.name) == ["left", "right"])
    #expect(monitors.map(\.geometry) == [left.geometry, right.geometry])
    #expect(monitors.map(\.isPrimary) == [true, false])
  }

  @Test func `drawings between monitors stay black and give no picture`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    try painter.setMonitors([left, right])
    let whole = PixelRect(x: 0, y: 0, width: 640, height: 480)
    painter.fill(whole, 0x336699)
    for method in CaptureMethod.allCases {
      let capturer = try await DisplayCapturer.open(
        .init(display: server.display, cursor: .never), methods: [method])
      let sink = PictureSink()
      capturer.attach(sink)
      try await eventually("the first picture") { sink.frames.count == 1 }
      func isRight(_ colour: UInt32) -> Bool {
        sink.pixels.indices.allSatisfy { index in
          let pixel = PixelRect(x: index % 640, y: index / 640, width: 1, height: 1)
          let isShown = left.geometry.contains(pixel) || right.geometry.contains(pixel)
          return sink.pixels[index] == (isShown ? colour : 0)
        }
      }
      #expect(isRight(0x336699))
      // Only the space between monitors changes: no picture.
      painter.fill(PixelRect(x: 310, y: 0, width: 50, height: 50), 0xffffff)
      painter.fill(whole, 0xff8000)
      try await eventually("the drawing") { sink.pixel(0, 0) == 0xff8000 }
      #expect(isRight(0xff8000))
      #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
      capturer.stop()
      painter.fill(whole, 0x336699)
    }
  }

  @Test func `the picture of a monitor or a region begins at its upper left corner`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    try painter.setMonitors([left, right])
    painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), 0)
    painter.fill(PixelRect(x: 410, y: 120, width: 3, height: 3), 0xff0000)
    let stream = try await MediaDevices.getDisplayMedia(
      .init(display: server.display, surface: .monitor("right"), cursor: .never))
    let track = try #require(stream.getVideoTracks().first)
    #expect(track.label == "right")
    #expect(track.getSettings().width == 201)
    #expect(track.getSettings().height == 301)
    let region = try await DisplayCapturer.open(
      .init(
        display: server.display, surface: .region(PixelRect(x: 405, y: 111, width: 1001, height: 77)), cursor: .always))
    let log = EventLog(region)
    let (monitorSink, regionSink) = (PictureSink(), PictureSink())
    try #require(track.source as? any VideoSource).attach(monitorSink)
    region.attach(regionSink)
    try await eventually("the first pictures") { monitorSink.frames.count == 1 && regionSink.frames.count == 1 }
    #expect(monitorSink.pixel(10, 20) == 0xff0000)
    #expect(regionSink.size == PixelSize(width: 235, height: 77))
    #expect(regionSink.pixel(5, 9) == 0xff0000)
    painter.fill(PixelRect(x: 400, y: 110, width: 10, height: 10), 0x00ff00)
    try await eventually("the drawing") { monitorSink.frames.count == 2 && regionSink.frames.count == 2 }
    #expect(monitorSink.frames[1].dirty == [PixelRect(x: 0, y: 10, width: 10, height: 10)])
    #expect(regionSink.frames[1].dirty == [PixelRect(x: 0, y: 0, width: 5, height: 9)])
    try await eventually("the warning") { log.warnings == ["regionClipped"] }
    // Changes on another monitor give no picture.
    painter.fill(left.geometry, 0xffffff)
    painter.fill(PixelRect(x: 400, y: 110, width: 10, height: 10), 0x0000ff)
    try await eventually("the next drawing") { monitorSink.pixel(0, 10) == 0x0000ff }
    #expect(monitorSink.frames.dropFirst(2).allSatisfy { $0.dirty == [PixelRect(x: 0, y: 10, width: 10, height: 10)] })
    track.stop()
    #expect(monitorSink.hasEnded)
  }

  @Test func `a region across monitors shows their parts, and follows the layout`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    try painter.setMonitors([left, right])
    let whole = PixelRect(x: 0, y: 0, width: 640, height: 480)
    painter.fill(whole, 0x336699)
    let area = PixelRect(x: 200, y: 50, width: 301, height: 201)
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, surface: .region(area), cursor: .never))
    let (log, sink) = (EventLog(capturer), PictureSink())
    capturer.attach(sink)
    func shows(_ monitors: [PixelRect], _ colour: UInt32) -> Bool {
      guard sink.size == area.size else { return false }
      return sink.pixels.indices.allSatisfy { index in
        let pixel = PixelRect(
          x: area.x + index % area.width, y: area.y + index / area.width, width: 1, height: 1)
        return sink.pixels[index] == (monitors.contains { $0.contains(pixel) } ? colour : 0)
      }
    }
    try await eventually("both monitors' parts") { shows([left.geometry, right.geometry], 0x336699) }
    painter.removeMonitor("right")
    try await eventually("black where there is no monitor") { shows([left.geometry], 0x336699) }
    let moved = PixelRect(x: 300, y: 0, width: 300, height: 120)
    try painter.setMonitors([left, (name: "right", geometry: moved)])
    painter.fill(whole, 0x00ff00)
    try await eventually("the monitor at another place") { shows([left.geometry, moved], 0x00ff00) }
    #expect(log.all.isEmpty)
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    capturer.stop()
  }

  @Test func `the picture follows a screen that shrinks and grows again`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    let capturer = try await DisplayCapturer.open(.init(display: server.display, cursor: .never))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.size == PixelSize(width: 640, height: 480) }
    for (width, height) in [(401, 303), (640, 480)] {
      try painter.resizeScreen(width, height)
      try await eventually("a picture of \(width)x\(height)") {
        sink.size == PixelSize(width: width, height: height)
      }
      #expect(capturer.settings.width == width)
      painter.fill(PixelRect(x: 0, y: 0, width: width, height: height), UInt(width))
      try await eventually("the drawing") { sink.pixels.allSatisfy { $0 == UInt32(width) } }
    }
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
  }

  @Test func `a removed monitor ends its source`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    try painter.setMonitors([left, right])
    let capturer = try await DisplayCapturer.open(.init(display: server.display, surface: .monitor("right")))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    painter.removeMonitor("right")
    try await eventually("the end") { sink.hasEnded && log.all == [.ended(.surfaceGone)] }
  }

  @Test func `a monitor that is removed and added at another place at once is still captured`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), 0)
    painter.fill(PixelRect(x: 20, y: 400, width: 5, height: 5), 0xff0000)
    try painter.setMonitors([left, right])
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, surface: .monitor("right"), cursor: .never))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    painter.removeMonitor("right")
    try painter.setMonitors([left, (name: "right", geometry: PixelRect(x: 10, y: 390, width: 99, height: 50))])
    try await eventually("the new place") { sink.size == PixelSize(width: 99, height: 50) }
    #expect(sink.pixel(10, 10) == 0xff0000)
    painter.fill(PixelRect(x: 30, y: 400, width: 5, height: 5), 0x00ff00)
    try await eventually("the drawing") { sink.pixel(20, 10) == 0x00ff00 }
    #expect(log.all.isEmpty)
  }

  @Test func `a surface that cannot be captured gives an error of one sentence with the W3C's name`() async throws {
    let server = try await XServer()
    func failure(_ options: DisplayMediaStreamOptions) async -> DisplayMediaError? {
      do throws(DisplayMediaError) {
        _ = try await MediaDevices.getDisplayMedia(options)
        return nil
      } catch {
        return error
      }
    }
    let display = server.display
    #expect(
      await failure(.init(display: ":64999"))
        == DisplayMediaError(
          name: .notReadable, reason: .displayUnreachable,
          message: "cannot connect to X display :64999; check that it runs and lets this user in"))
    #expect(
      await failure(.init(display: display, surface: .monitor("HDMI-7")))
        == DisplayMediaError(
          name: .notFound, reason: .surfaceNotFound, message: "there is no monitor HDMI-7; there are: 0 screen"))
    let outside = DisplaySurfaceSelection.region(PixelRect(x: 640, y: 0, width: 10, height: 10))
    #expect(
      await failure(.init(display: display, surface: outside))
        == DisplayMediaError(
          name: .notFound, reason: .surfaceNotFound,
          message: "region 10x10+640+0 lies outside the screen, which is 640x480"))
    #expect(await failure(.init(display: display, frameRate: 0))?.name.rawValue == "TypeError")
    let palette = try await XServer(depth: 8)
    #expect(await failure(.init(display: palette.display))?.reason == .displayUnsupported)
  }
}
