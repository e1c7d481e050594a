import CX11
import Glibc
import Media
import TestSupport
import Testing

@testable import Capture

/// Once an exclusion has matched a window, it stays black until it is closed, also when it is renamed.
@Suite(.serialized) struct RenamedWindowTests {
  private static let secret: UInt = 0xff0055
  private static let open: UInt = 0x00ff00
  private static let size = PixelSize(width: 320, height: 240)

  private let server: XServer

  init() async throws { server = try await XServer(width: Self.size.width, height: Self.size.height) }

  private func capture(_ exclude: WindowSelection...) async throws -> DisplayCapturer {
    try await DisplayCapturer.open(
      .init(display: server.display, frameRate: 240, cursor: .never, excludedWindows: exclude))
  }

  private func attach(_ capturer: DisplayCapturer) async throws -> PictureSink {
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count > 0 }
    return sink
  }

  /// Waits for a picture of the present screen, by a drawing in a corner.
  private func settle(_ painter: Painter, _ sink: PictureSink, _ colour: UInt) async throws {
    painter.fill(PixelRect(x: 0, y: 0, width: 4, height: 4), colour)
    try await eventually("a picture of now") { sink.pixel(0, 0) == UInt32(colour) }
  }

  @Test func `a window that is renamed after it was excluded stays black, with its old and new menus and dialogs`()
    async throws
  {
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), Self.open, title: "Bank – overview")
    program.map(window)
    let old = other.window(
      PixelRect(x: 150, y: 20, width: 50, height: 50), Self.secret, title: "Password", transientFor: window)
    let capturer = try await capture(.title("*secret*"))
    let sink = try await attach(capturer)
    try await eventually("the window, whose name does not match yet") { sink.pixel(50, 50) == UInt32(Self.open) }
    program.title(window, "Bank – secret")
    other.map(old)
    try await eventually("black") { sink.pixel(50, 50) == 0 && sink.pixel(160, 30) == 0 }
    program.fill(window, PixelRect(x: 0, y: 0, width: 100, height: 100), Self.secret)
    for (round, title) in ["Bank – overview", "", "Renamed", "*"].enumerated() {
      program.title(window, title)
      program.move(window, 20 + round * 5, 20)
      // The dialog does not name its window any more.
      XDeleteProperty(other.connection.display, old, XInternAtom(other.connection.display, "WM_TRANSIENT_FOR", 0))
      other.title(old, title)
      try await settle(painter, sink, UInt(round + 1))
      #expect(sink.pixel(50, 50) == 0 && sink.pixel(160, 30) == 0, "\(title)")
    }
    let menu = program.window(PixelRect(x: 30, y: 140, width: 40, height: 60), Self.secret, isMenu: true)
    program.map(menu)
    let new = other.window(
      PixelRect(x: 210, y: 20, width: 50, height: 50), Self.secret, title: "Another", transientFor: window)
    other.map(new)
    let unrelated = other.window(PixelRect(x: 210, y: 100, width: 50, height: 50), Self.open, title: "Notes")
    other.map(unrelated)
    try await eventually("an unrelated window") { sink.pixel(220, 110) == UInt32(Self.open) }
    #expect(sink.pixel(40, 150) == 0 && sink.pixel(220, 30) == 0)
    #expect(sink.secrets == 0)
    capturer.stop()
  }

  @Test func `a window whose class changes after it was excluded stays black`() async throws {
    let (program, painter) = (try Client(server), try Painter(server))
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), Self.secret, title: "Notes")
    program.className(window, "Vault")
    program.map(window)
    let capturer = try await capture(.windowClass("vault"))
    let sink = try await attach(capturer)
    program.className(window, "Editor")
    program.title(window, "Draft")
    try await settle(painter, sink, 1)
    #expect(sink.pixel(50, 50) == 0 && sink.secrets == 0)
    await #expect { () async throws in
      _ = try await DisplayCapturer.open(
        .init(
          display: server.display, surface: .window(.title("draft")), cursor: .never,
          excludedWindows: [.windowClass("vault")]))
    } throws: { "\($0)".contains("excluded") }
    capturer.stop()
  }

  @Test func `a renamed window stays black in its frame, and when the window manager is killed and restarted`()
    async throws
  {
    let (program, painter) = (try Client(server), try Painter(server))
    var manager = try Program("openbox", environment: ["DISPLAY": server.display])
    let window = program.window(PixelRect(x: 20, y: 40, width: 100, height: 100), Self.secret, title: "Secret")
    program.map(window)
    try await eventually("a frame", within: 30) { program.isFramed(window) }
    let capturer = try await capture(.title("secret"))
    let sink = try await attach(capturer)
    program.title(window, "Renamed")
    try await settle(painter, sink, 1)
    for round in 2..<4 {
      manager.kill()
      try await eventually("no frame", within: 30) { !program.isFramed(window) }
      try await settle(painter, sink, UInt(round * 2))
      program.title(window, "Renamed in round \(round)")
      manager = try Program("openbox", environment: ["DISPLAY": server.display])
      try await eventually("a frame again", within: 30) { program.isFramed(window) }
      try await settle(painter, sink, UInt(round * 2 + 1))
    }
    program.raise(window)
    program.fill(window, PixelRect(x: 0, y: 0, width: 100, height: 100), Self.secret)
    try await settle(painter, sink, 1)
    #expect(sink.secrets == 0)
    manager.kill()
    capturer.stop()
  }

  @Test(arguments: [true, false])
  func `an excluded window that is a tab makes the whole frame black`(_ isAtTheStart: Bool) async throws {
    let manager = try Fluxbox(server, tabs: ["editor", "vault"])
    let (editor, vault, painter) = (try Client(server), try Client(server), try Painter(server))
    let place = PixelRect(x: 20, y: 40, width: 100, height: 100)
    let open = editor.window(place, Self.open, title: "Draft")
    editor.className(open, "Editor")
    editor.keepPlace(open)
    editor.map(open)
    try await eventually("a frame", within: 30) { editor.isFramed(open) }
    let capturer = isAtTheStart ? nil : try await capture(.windowClass("vault"))
    var sink = if let capturer { try await attach(capturer) } else { PictureSink() }
    if capturer != nil { try await eventually("the editor") { sink.pixel(60, 90) == UInt32(Self.open) } }
    let secret = vault.window(place, Self.secret, title: "Vault")
    vault.className(secret, "Vault")
    vault.keepPlace(secret)
    vault.map(secret)
    try await eventually("one frame for both", within: 30) { vault.frame(of: secret) == editor.frame(of: open) }
    let later = isAtTheStart ? try await capture(.windowClass("vault")) : nil
    if let later { sink = try await attach(later) }
    for round in 1...3 {
      vault.raise(secret)
      try await settle(painter, sink, UInt(round * 2))
      vault.className(secret, "Draft")
      editor.raise(open)
      try await settle(painter, sink, UInt(round * 2 + 1))
    }
    #expect(sink.secrets == 0)
    // Once the excluded tab is closed, the frame is visible again.
    vault.destroy(secret)
    try await eventually("the editor") { sink.pixel(60, 90) == UInt32(Self.open) }
    #expect(sink.secrets == 0)
    capturer?.stop()
    later?.stop()
    manager.stop()
  }

  @Test func `a new window with the reused XID of an excluded one is visible`() async throws {
    let painter = try Painter(server)
    var program: Client? = try Client(server)
    let place = PixelRect(x: 20, y: 20, width: 100, height: 100)
    let first = try #require(program?.window(place, Self.secret, title: "Secret"))
    program?.map(first)
    let capturer = try await capture(.title("secret"))
    let sink = try await attach(capturer)
    program?.title(first, "Renamed")
    try await settle(painter, sink, 1)
    #expect(sink.pixel(50, 50) == 0)
    program = nil
    painter.fill(PixelRect(x: 20, y: 20, width: 100, height: 100), 0x336699)
    try await eventually("the root behind it") { sink.pixel(50, 50) == 0x336699 }
    let another = try Client(server)
    let second = another.window(place, Self.open, title: "Notes")
    try #require(first == second, "the server gives a new connection other XIDs")
    another.map(second)
    try await eventually("the new window") { sink.pixel(50, 50) == UInt32(Self.open) }
    #expect(sink.secrets == 0)
    capturer.stop()
  }

  @Test func `a renamed excluded window stays black in a second capture of another surface`() async throws {
    let program = try Client(server)
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), Self.secret, title: "Secret")
    program.map(window)
    let first = try await capture(.title("secret"))
    program.title(window, "Renamed")
    let second = try await DisplayCapturer.open(
      .init(
        display: server.display, surface: .region(PixelRect(x: 0, y: 0, width: 200, height: 200)), cursor: .never,
        excludedWindows: [.title("secret")]))
    first.stop()
    let sink = try await attach(second)
    #expect(sink.pixel(50, 50) == 0 && sink.secrets == 0)
    second.stop()
  }

  @Test func `windows that had an excluded name while no sink was attached stay black`() async throws {
    let program = try Client(server)
    let capturer = try await capture(.title("secret"))
    let matched = MatchedWindows.shared(display: server.display, [.title("secret")])
    let windows = (0..<200).map { index in
      program.window(PixelRect(x: index, y: 20, width: 100, height: 100), Self.secret, title: "Secret")
    }
    for window in windows { XMapRaised(program.connection.display, window) }
    program.connection.synchronize()
    try await eventually("they are known") { matched.windows == Set(windows) }
    for window in windows { XStoreName(program.connection.display, window, "Renamed") }
    program.connection.synchronize()
    let sink = try await attach(capturer)
    #expect(sink.pixel(50, 50) == 0 && sink.secrets == 0)
    capturer.stop()
  }
}
