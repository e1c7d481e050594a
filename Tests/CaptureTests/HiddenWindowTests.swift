import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// Windows on a hidden workspace.
@Suite(.serialized) struct HiddenWindowTests {
  @Test
  func `under i3 a window of another workspace is listed, captured with a warning, and black where it is excluded`()
    async throws
  {
    let server = try await XServer(width: 320, height: 240)
    let manager = try I3(server)
    defer { manager.stop() }
    try await manager.command("workspace 1")
    let (program, painter) = (try Client(server), try Painter(server))
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), 0xff0055, title: "Editor")
    program.className(window, "Vault")
    program.map(window)
    try await eventually("a frame", within: 30) { program.isFramed(window) }
    try await manager.command("workspace 2")
    var found: DisplayWindow?
    try await eventually("it is hidden", within: 30) {
      let windows = try DisplaySources.windows(display: server.display)
      found = windows.first
      return windows.count == 1 && found?.isHidden == true
    }
    #expect(found?.title == "Editor" && found?.isMinimised == false && found?.id == UInt32(window))
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, surface: .window(.title("editor")), cursor: .never))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the warning") { log.warnings == ["windowHidden"] }
    try await eventually("a picture without it") { sink.frames.count > 0 }
    #expect(sink.secrets == 0)
    // The exclusion matches while the window is hidden, and it is black when it is shown.
    let desktop = try await DisplayCapturer.open(
      .init(display: server.display, cursor: .never, excludedWindows: [.windowClass("vault")]))
    let (desktopSink, desktopLog) = (PictureSink(), EventLog(desktop))
    desktop.attach(desktopSink)
    program.className(window, "Editor")
    try await manager.command("workspace 1")
    try await eventually("the window") { sink.pixel(50, 50) == 0xff0055 && log.all.contains(.unmuted) }
    painter.fill(PixelRect(x: 0, y: 0, width: 4, height: 4), 7)
    try await eventually("black in its place") { desktopSink.pixel(0, 0) == 0 && desktopSink.pixel(160, 120) == 0 }
    #expect(desktopSink.secrets == 0 && desktopLog.warnings == [])
    try await manager.command("workspace 2")
    try await eventually("mute") { log.all.last == .muted }
    capturer.stop()
    desktop.stop()
  }

  @Test func `a menu that a stale _NET_CLIENT_LIST names is still a menu`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try Client(server)
    let menu = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), 0xff0055, title: "Menu", isMenu: true)
    program.map(menu)
    var list = [CLong(menu)]
    list.withUnsafeMutableBytes {
      _ = XChangeProperty(
        program.connection.display, program.connection.root,
        XInternAtom(program.connection.display, "_NET_CLIENT_LIST", 0),
        Atom(33 /* XA_WINDOW */), 32, Int32(PropModeReplace), $0.bindMemory(to: UInt8.self).baseAddress, 1)
    }
    program.connection.synchronize()
    #expect(try DisplaySources.windows(display: server.display) == [])
  }
}
