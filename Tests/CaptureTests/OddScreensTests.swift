import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

/// Unusual screens: with a palette, a second one, rotated, larger than the monitor.
@Suite(.serialized) struct OddScreensTests {
  private func open(
    _ display: String, _ surface: DisplaySurfaceSelection = .desktop, exclude: [WindowSelection] = []
  ) async throws -> (DisplayCapturer, PictureSink) {
    let capturer = try await DisplayCapturer.open(
      .init(display: display, surface: surface, cursor: .never, excludedWindows: exclude))
    let sink = PictureSink()
    capturer.attach(sink)
    return (capturer, sink)
  }

  @Test func `a palette of 8 bits is refused with an error, true colour of 8 bits is captured`() async throws {
    let palette = try await XServer(depth: 8)
    await #expect { try await open(palette.display) } throws: { "\($0)".contains("palette of 8 bits") }
    // Source: X11/X.h, class 4 of visuals.
    let server = try await XServer(depth: 8, arguments: ["-cc", "4"])
    let painter = try Painter(server)
    let format = try PixelFormat(painter.connection)
    #expect(format.bitsPerPixel == 8)
    for (mask, colour) in [(format.redMask, UInt32(0xff0000)), (format.greenMask, 0x00ff00), (format.blueMask, 0xff)] {
      painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), UInt(mask))
      let (capturer, sink) = try await open(server.display)
      try await eventually("the colour") { !sink.pixels.isEmpty && sink.pixels.allSatisfy { $0 == colour } }
      capturer.stop()
    }
  }

  @Test func `a second X screen has its own size, depth, windows and exclusions`() async throws {
    let server = try await XServer(arguments: ["-screen", "1", "320x240x16"])
    let second = "\(server.display).1"
    let (painter, program, first) = (try Painter(display: second), try Client(display: second), try Client(server))
    painter.fill(PixelRect(x: 0, y: 0, width: 320, height: 240), 0x7e0)
    first.map(first.window(PixelRect(x: 10, y: 10, width: 100, height: 100), 0xff0000, title: "Elsewhere"))
    let window = try program.alphaWindow(PixelRect(x: 20, y: 30, width: 100, height: 80), 0xff20_80e0, title: "Player")
    program.map(window)
    program.map(program.window(PixelRect(x: 200, y: 100, width: 50, height: 50), 0xf800, title: "Vault"))
    #expect(try DisplaySources.windows(display: second).map(\.title) == ["Vault", "Player"])
    #expect(try DisplaySources.windows(display: server.display).map(\.title) == ["Elsewhere"])
    let (capturer, sink) = try await open(second, exclude: [.title("vault")])
    try await eventually("the second screen") {
      sink.size == PixelSize(width: 320, height: 240) && sink.pixel(0, 0) == 0x00ff00 && sink.pixel(220, 120) == 0
    }
    capturer.stop()
    let (player, picture) = try await open(second, .window(.title("Player")))
    try await eventually("its window") {
      picture.size == PixelSize(width: 100, height: 80) && picture.pixels.allSatisfy { $0 == 0x2080e0 }
    }
    player.stop()
  }

  @Test(.enabled(if: Executables.installed("Xephyr") != nil, "Xephyr is not installed"))
  func `a rotated screen is captured in its new size`() async throws {
    let outer = try await XServer(width: 800, height: 800)
    let (inner, number) = try await XServer.start(
      ["Xephyr", "-screen", "640x480"], environment: ["DISPLAY": outer.display])
    defer { inner.kill() }
    let painter = try Painter(display: ":\(number)")
    let (capturer, sink) = try await open(":\(number)")
    try await eventually("the screen") { sink.size == PixelSize(width: 640, height: 480) }
    for (turn, size) in [
      ("left", PixelSize(width: 480, height: 640)), ("inverted", PixelSize(width: 640, height: 480)),
    ] {
      // xrandr fails to set the gamma, but rotates the screen.
      _ = try await Program("xrandr", ["-d", ":\(number)", "-o", turn]).exit()
      try await eventually("turned \(turn)", within: 30) { sink.size == size }
      painter.fill(PixelRect(size), 0x336699)
      painter.fill(PixelRect(x: size.width - 10, y: size.height - 10, width: 10, height: 10), 0xff8000)
      try await eventually("the drawing") {
        sink.pixel(0, 0) == 0x336699 && sink.pixel(size.width - 1, size.height - 1) == 0xff8000
          && sink.pixel(size.width - 11, size.height - 1) == 0x336699
      }
    }
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    capturer.stop()
  }

  private static let hasDummy =
    geteuid() == 0 && Executables.installed("Xorg") != nil
    && FileManager.default.fileExists(atPath: "/usr/lib/xorg/modules/drivers/dummy_drv.so")

  @Test(.enabled(if: hasDummy, "Xorg's dummy driver is not installed, or the user is not root"))
  func `a panning screen larger than its monitor is captured as a whole`() async throws {
    let folder = try TemporaryDirectory()
    let configuration = folder.file("xorg.conf")
    try """
    Section "Device"
      Identifier "device"
      Driver "dummy"
      VideoRam 65536
    EndSection
    Section "Monitor"
      Identifier "monitor"
      HorizSync 5-1000
      VertRefresh 5-200
    EndSection
    Section "Screen"
      Identifier "screen"
      Device "device"
      Monitor "monitor"
      DefaultDepth 24
      SubSection "Display"
        Depth 24
        Modes "640x480"
        Virtual 1600 1200
      EndSubSection
    EndSection
    Section "ServerFlags"
      Option "AutoAddDevices" "false"
    EndSection
    """.write(to: configuration, atomically: true, encoding: .utf8)
    let (server, number) = try await XServer.start([
      "Xorg", "-config", configuration.path, "-logfile", folder.file("log").path, "-sharevts", "-novtswitch",
    ])
    defer { server.kill() }
    let display = ":\(number)"
    let painter = try Painter(display: display)
    let (capturer, sink) = try await open(display)
    try await eventually("the screen") { sink.frames.count > 0 }
    try await Program.run(
      "xrandr", ["-d", display, "--output", "DUMMY0", "--mode", "640x480", "--panning", "1000x700"])
    try await eventually("the larger screen", within: 30) { sink.size == PixelSize(width: 1000, height: 700) }
    painter.fill(PixelRect(x: 0, y: 0, width: 1000, height: 700), 0x336699)
    painter.fill(PixelRect(x: 990, y: 690, width: 10, height: 10), 0xff8000)
    try await eventually("the part that the monitor does not show") {
      sink.pixel(0, 0) == 0x336699 && sink.pixel(999, 699) == 0xff8000 && sink.pixel(989, 699) == 0x336699
    }
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    capturer.stop()
  }
}
