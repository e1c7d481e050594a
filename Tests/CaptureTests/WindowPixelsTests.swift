import Media
import TestSupport
import Testing

@testable import Capture

/// Windows with another pixel format than the screen's, with translucent parts, shadows or shapes.
@Suite(.serialized) struct WindowPixelsTests {
  private let place = PixelRect(x: 100, y: 80, width: 200, height: 150)

  private func open(
    _ server: XServer, _ window: String, _ method: CaptureMethod = .sharedPixmap, decorations: Bool = false
  ) async throws -> (DisplayCapturer, PictureSink) {
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, surface: .window(.title(window)), cursor: .never, decorations: decorations),
      methods: [method])
    let sink = PictureSink()
    capturer.attach(sink)
    return (capturer, sink)
  }

  @Test(arguments: [16, 24, 30])
  func `a window of 32 bits is captured in its colours on a screen of any depth, by every method`(depth: Int)
    async throws
  {
    let server = try await XServer(depth: depth)
    let program = try Client(server)
    let window = try program.alphaWindow(place, 0xff20_80e0, title: "Player")
    program.map(window)
    for method in CaptureMethod.allCases {
      let (capturer, sink) = try await open(server, "Player", method)
      try await eventually("the window") { !sink.pixels.isEmpty && sink.pixels.allSatisfy { $0 == 0x2080e0 } }
      program.fill(window, PixelRect(x: 10, y: 20, width: 30, height: 40), 0xffff_8000)
      try await eventually("the drawing") { sink.pixel(10, 20) == 0xff8000 && sink.pixel(39, 59) == 0xff8000 }
      #expect(sink.pixel(40, 60) == 0x2080e0)
      #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
      #expect(capturer.statistics.method == method)
      capturer.stop()
      program.fill(window, PixelRect(x: 0, y: 0, width: 200, height: 150), 0xff20_80e0)
    }
  }

  @Test(arguments: [16, 24])
  func `a menu's shadow shows the window behind it, on a screen of any depth`(depth: Int) async throws {
    let server = try await XServer(depth: depth)
    let program = try Client(server)
    let (blue, green): (UInt, UInt) = depth == 16 ? (0x1f, 0x7e0) : (0xff, 0xff00)
    let window = program.window(place, blue, title: "Editor")
    program.map(window)
    for method in CaptureMethod.allCases {
      let (capturer, sink) = try await open(server, "Editor", method)
      try await eventually("the window") { sink.pixel(0, 0) == 0x0000ff }
      // A half-transparent black menu with a red middle.
      let menu = try program.alphaWindow(
        PixelRect(x: 150, y: 100, width: 400, height: 60), 0x8000_0000, isMenu: true)
      program.map(menu)
      program.fill(menu, PixelRect(x: 10, y: 10, width: 20, height: 40), 0xffff_0000)
      try await eventually("the menu") { sink.pixel(60, 30) == 0xff0000 && sink.pixel(50, 20) == 0x00007f }
      #expect(sink.pixel(49, 20) == 0x0000ff && sink.pixel(199, 79) == 0x00007f)
      // Changes behind it show through.
      program.fill(window, PixelRect(x: 0, y: 0, width: 200, height: 150), green)
      try await eventually("the drawing behind") { sink.pixel(50, 20) == 0x007f00 && sink.pixel(0, 0) == 0x00ff00 }
      #expect(sink.pixel(60, 30) == 0xff0000)
      program.destroy(menu)
      try await eventually("the window alone") { sink.pixels.allSatisfy { $0 == 0x00ff00 } }
      #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
      capturer.stop()
      program.fill(window, PixelRect(x: 0, y: 0, width: 200, height: 150), blue)
    }
  }

  @Test func `the shadow that GTK draws around a window is not in its picture or size`() async throws {
    let server = try await XServer()
    let program = try Client(server)
    let window = try program.alphaWindow(PixelRect(x: 10, y: 20, width: 400, height: 300), 0, title: "Files")
    program.property(window, "_GTK_FRAME_EXTENTS", [26, 26, 23, 29])
    program.map(window)
    program.fill(window, PixelRect(x: 26, y: 23, width: 348, height: 248), 0xff20_80e0)
    let listed = try DisplaySources.windows(display: server.display)
    #expect(listed.map(\.geometry) == [PixelRect(x: 36, y: 43, width: 348, height: 248)])
    for decorations in [false, true] {
      let (capturer, sink) = try await open(server, "Files", decorations: decorations)
      try await eventually("the window") { sink.size == PixelSize(width: 348, height: 248) }
      #expect(sink.pixels.allSatisfy { $0 == 0x2080e0 })
      #expect(capturer.settings.width == 348)
      // A maximised window has no shadow.
      program.property(window, "_GTK_FRAME_EXTENTS", [0, 0, 0, 0])
      try await eventually("the whole window") { sink.size == PixelSize(width: 400, height: 300) }
      #expect(sink.pixel(0, 0) == 0 && sink.pixel(26, 23) == 0x2080e0 && sink.pixel(373, 270) == 0x2080e0)
      // Extents that leave no pixel are ignored.
      program.property(window, "_GTK_FRAME_EXTENTS", [300, 300, 0, 0])
      program.property(window, "_GTK_FRAME_EXTENTS", [26, 26, 23, 29])
      try await eventually("the window again") { sink.size == PixelSize(width: 348, height: 248) }
      program.fill(window, PixelRect(x: 26, y: 23, width: 9, height: 9), 0xffff_0000)
      try await eventually("the drawing") { sink.pixel(0, 0) == 0xff0000 && sink.pixel(9, 9) == 0x2080e0 }
      #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
      capturer.stop()
      program.fill(window, PixelRect(x: 26, y: 23, width: 348, height: 248), 0xff20_80e0)
    }
    #expect(FrameExtents([1, 2, 3]) == FrameExtents() && FrameExtents([1, 2, 3, .max]) == FrameExtents())
  }

  @Test func `a shaped window is black outside its shape, and its damage is not found unreliable`() async throws {
    let server = try await XServer()
    let program = try Client(server)
    let window = program.window(place, 0x336699, title: "Clock")
    let round = [PixelRect(x: 20, y: 0, width: 160, height: 150), PixelRect(x: 0, y: 20, width: 200, height: 110)]
    program.shape(window, round)
    program.map(window)
    let (capturer, sink) = try await open(server, "Clock")
    let log = EventLog(capturer)
    func shows(_ shape: [PixelRect], _ colour: UInt32) -> Bool {
      sink.pixels.indices.allSatisfy { index in
        let pixel = PixelRect(x: index % 200, y: index / 200, width: 1, height: 1)
        return sink.pixels[index] == (shape.contains { $0.contains(pixel) } ? colour : 0)
      }
    }
    try await eventually("the window") { sink.frames.count > 0 && shows(round, 0x336699) }
    let narrow = [PixelRect(x: 60, y: 0, width: 80, height: 150)]
    program.shape(window, narrow)
    try await eventually("another shape") { shows(narrow, 0x336699) }
    program.shape(window, round)
    try await eventually("the first shape") { shows(round, 0x336699) }
    // Each band is compared with the screen, and the first ones twice.
    let before = capturer.statistics.audits
    try await eventually("a whole audit", within: 60) {
      capturer.statistics.audits > before + DamageAudit.bandCount + 2
    }
    #expect(log.warnings.isEmpty)
    #expect(capturer.statistics.detection == .damage)
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    capturer.stop()
  }

  @Test(.enabled(if: Executables.installed("xfwm4") != nil, "xfwm4 is not installed"))
  func `xfwm4's frames with round corners and focus changes do not make damage unreliable`() async throws {
    let server = try await XServer()
    let manager = try Program(
      "dbus-run-session", ["--", "xfwm4", "--compositor=off"], environment: ["DISPLAY": server.display])
    defer { manager.kill() }
    let (program, other) = (try Client(server), try Client(server))
    let window = program.window(place, 0x336699, title: "Editor")
    program.map(window)
    try await eventually("a frame", within: 30) { program.isFramed(window) }
    let second = other.window(PixelRect(x: 320, y: 80, width: 200, height: 150), 0xff0000, title: "Terminal")
    other.map(second)
    try await eventually("frames", within: 30) { other.isFramed(second) }
    let (capturer, sink) = try await open(server, "Editor", decorations: true)
    let log = EventLog(capturer)
    try await eventually("the frame's picture") { sink.pixels.contains(0x336699) && sink.size.height > 150 }
    for step in 1...DamageAudit.bandCount + 2 {
      program.activate(step % 2 == 0 ? window : second)
      try await eventually("an audit", within: 60) { capturer.statistics.audits >= step }
    }
    #expect(log.warnings.isEmpty)
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    capturer.stop()
  }
}
