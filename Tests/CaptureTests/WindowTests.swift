import Media
import TestSupport
import Testing

@testable import Capture

@Suite(.serialized) struct WindowTests {
  private let place = PixelRect(x: 100, y: 80, width: 200, height: 150)

  private func open(
    _ server: XServer, _ window: WindowSelection, _ method: CaptureMethod = .sharedPixmap,
    cursor: CursorCapture = .never
  ) async throws -> DisplayCapturer {
    try await DisplayCapturer.open(
      .init(display: server.display, surface: .window(window), cursor: cursor), methods: [method])
  }

  @Test func `a window is captured also where it is covered or off the screen, by every method`() async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let window = program.window(place, 0x336699, title: "Notes – draft")
    program.map(window)
    let cover = other.window(place, 0xff0000, title: "In front")
    other.map(cover)
    for method in CaptureMethod.allCases {
      let capturer = try await open(server, .title("notes*"), method)
      #expect(capturer.label == "Notes – draft")
      #expect(capturer.settings.displaySurface == .window)
      let sink = PictureSink()
      capturer.attach(sink)
      try await eventually("the window's picture") { sink.size == PixelSize(width: 200, height: 150) }
      #expect(sink.pixels.allSatisfy { $0 == 0x336699 })
      program.fill(window, PixelRect(x: 10, y: 20, width: 30, height: 40), 0x00ff00)
      try await eventually("the drawing") { sink.pixel(10, 20) == 0x00ff00 && sink.pixel(39, 59) == 0x00ff00 }
      #expect(sink.pixel(9, 20) == 0x336699)
      program.move(window, -120, -40)
      program.fill(window, PixelRect(x: 0, y: 0, width: 50, height: 50), 0xffff00)
      try await eventually("the part off the screen") { sink.pixel(0, 0) == 0xffff00 }
      #expect(!sink.pixels.contains(0xff0000))
      #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
      capturer.stop()
      program.fill(window, PixelRect(x: 0, y: 0, width: 200, height: 150), 0x336699)
      program.move(window, place.x, place.y)
    }
  }

  @Test func `a captured window shows its menus and dialogs, but not other programs' windows`() async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let window = program.window(place, 0x336699, title: "Editor")
    program.map(window)
    let capturer = try await open(server, .title("Editor"))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.pixel(0, 0) == 0x336699 }
    let menu = program.window(PixelRect(x: 110, y: 90, width: 40, height: 60), 0x00ff00, isMenu: true)
    program.map(menu)
    try await eventually("the menu") { sink.pixel(10, 10) == 0x00ff00 && sink.pixel(49, 69) == 0x00ff00 }
    #expect(sink.pixel(50, 70) == 0x336699)
    program.fill(menu, PixelRect(x: 0, y: 0, width: 40, height: 10), 0xffffff)
    try await eventually("a line of the menu") { sink.pixel(10, 10) == 0xffffff }
    let notice = other.window(PixelRect(x: 100, y: 80, width: 60, height: 60), 0xff0000, isMenu: true)
    other.map(notice)
    let dialog = program.window(
      PixelRect(x: 200, y: 150, width: 300, height: 40), 0x0000ff, title: "Save?", transientFor: window)
    program.map(dialog)
    try await eventually("the dialog") { sink.pixel(100, 70) == 0x0000ff && sink.pixel(199, 109) == 0x0000ff }
    #expect(sink.pixel(10, 10) == 0xffffff)
    program.unmap(menu)
    program.unmap(dialog)
    try await eventually("the window alone") { sink.pixels.allSatisfy { $0 == 0x336699 } }
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    capturer.stop()
  }

  @Test func `a captured window that is resized, minimised, restored and closed is followed`() async throws {
    let server = try await XServer()
    let program = try Client(server)
    let window = program.window(place, 0x336699, title: "Editor")
    program.map(window)
    let capturer = try await open(server, .id(UInt32(window)))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    program.resize(window, 321, 123)
    try await eventually("the new size") { sink.size == PixelSize(width: 321, height: 123) }
    try await eventually("the new part") { sink.pixel(320, 122) == 0x336699 }
    #expect(capturer.settings.width == 321)
    program.unmap(window)
    try await eventually("mute") { log.all.contains(.muted) }
    // The last picture stays, and a new sink gets it.
    let late = PictureSink()
    capturer.attach(late)
    try await eventually("a late picture") { late.pixel(320, 122) == 0x336699 }
    program.map(window)
    try await eventually("unmute") { log.all.contains(.unmuted) }
    program.fill(window, PixelRect(x: 0, y: 0, width: 9, height: 9), 0x00ff00)
    try await eventually("the drawing") { sink.pixel(8, 8) == 0x00ff00 && late.pixel(8, 8) == 0x00ff00 }
    program.destroy(window)
    try await eventually("the end") { log.all.contains(.ended(.surfaceGone)) }
    #expect(log.warnings.contains("windowClosed"))
    try await eventually("the sink's end") { sink.hasEnded }
  }

  @Test func `a surface's window may be a text, as people write it`() {
    #expect(DisplaySurfaceSelection.window("Work*") == .window(.title("Work*")))
    #expect(DisplaySurfaceSelection.window("class:Gimp") == .window(.windowClass("Gimp")))
    #expect(DisplaySurfaceSelection.window("0x1c00007") == .window(.id(0x1c0_0007)))
    #expect(DisplaySurfaceSelection.window("") == .window(.title("")))
  }

  @Test func `a window is found by id, title or class, and several matches are an error`() async throws {
    let server = try await XServer()
    let program = try Client(server)
    for title in ["Report 1", "Report 2", "[draft] *"] { program.map(program.window(place, 0x336699, title: title)) }
    let windows = try DisplaySources.windows(display: server.display)
    #expect(windows.map(\.title) == ["[draft] *", "Report 2", "Report 1"])
    #expect(windows[0].geometry == place)
    await #expect { try await open(server, .title("report*")) } throws: { error in
      let text = "\(error)"
      return text.contains("2 windows fit") && text.contains("Report 1") && text.contains("Report 2")
    }
    await #expect { try await open(server, .title("Mail")) } throws: { "\($0)".contains("there is no window Mail") }
    for text in ["Report 2", "0x" + String(windows[1].id, radix: 16), "\(windows[1].id)", "title:report 2"] {
      let capturer = try await open(server, try #require(WindowSelection(text)))
      #expect(capturer.label == "Report 2")
      capturer.stop()
    }
  }

  @Test func `a framed window is captured with or without its frame, excluded, and muted when minimised`() async throws
  {
    let server = try await XServer()
    let manager = try Program("openbox", environment: ["DISPLAY": server.display])
    defer { manager.kill() }
    let (program, other) = (try Client(server), try Client(server))
    let window = program.window(place, 0x336699, title: "Editor")
    program.map(window)
    let cover = other.window(PixelRect(x: 90, y: 70, width: 400, height: 300), 0xff0000, title: "Vault")
    other.map(cover)
    try await eventually("both in frames", within: 30) {
      let windows = try DisplaySources.windows(display: server.display)
      return windows.count == 2 && program.isFramed(window) && other.isFramed(cover)
    }
    let capturer = try await open(server, .title("Editor"))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the window's picture") {
      sink.size == PixelSize(width: 200, height: 150) && sink.pixels.allSatisfy { $0 == 0x336699 }
    }
    let framed = try await DisplayCapturer.open(
      .init(display: server.display, surface: .window(.title("Editor")), cursor: .never, decorations: true))
    #expect(try #require(framed.settings.height) > 150)
    framed.stop()
    let desktop = try await DisplayCapturer.open(
      .init(display: server.display, cursor: .never, excludedWindows: [.title("vault")]))
    let desktopSink = PictureSink()
    desktop.attach(desktopSink)
    try await eventually("the desktop") { desktopSink.frames.count > 0 }
    #expect(!desktopSink.pixels.contains(0xff0000))
    let log = EventLog(capturer)
    program.iconify(window)
    try await eventually("mute", within: 30) { log.all.contains(.muted) }
    try await eventually("in the list as minimised", within: 30) {
      try DisplaySources.windows(display: server.display).contains { $0.title == "Editor" && $0.isMinimised }
    }
    program.map(window)
    try await eventually("unmute", within: 30) { log.all.contains(.unmuted) }
    #expect(!desktopSink.pixels.contains(0xff0000))
    desktop.stop()
    capturer.stop()
  }

  @Test func `patterns match whole titles, and selections are parsed`() {
    #expect(Glob("*").matches(""))
    #expect(Glob("a*b?d").matches("A--bb-b-D"))
    #expect(!Glob("a*b").matches("abc"))
    #expect(Glob("[x]*").matches("[X] y"))
    #expect(!Glob(String(repeating: "*a", count: 50) + "b").matches(String(repeating: "a", count: 4000)))
    #expect(WindowSelection("+5") == .title("+5"))
    #expect(WindowSelection("12monkeys") == .title("12monkeys"))
    #expect(WindowSelection("class:Firefox") == .windowClass("Firefox"))
    #expect(WindowSelection("title:0x12") == .title("0x12"))
    #expect(WindowSelection("") == nil)
  }
}
