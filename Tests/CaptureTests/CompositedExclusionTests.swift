import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// `StackedExclusionTests` under compositing managers, which blend, fade and blur: no pixel of an excluded window shows through.
@Suite(.serialized) struct CompositedExclusionTests {
  private static let secret: UInt = 0xff0000

  /// Compositing managers, with the effects that they apply.
  enum Manager: String, CaseIterable, CustomTestStringConvertible {
    case picomOpacity, picomFading, picomBlur, picomUnredirected, xfwm4

    var testDescription: String { rawValue }
    var isInstalled: Bool { Executables.installed(self == .xfwm4 ? "xfwm4" : "picom") != nil }

    func start(_ display: String) throws -> Program {
      let picom = ["--backend", "xrender", "--config", "/dev/null"]
      let options: [String] =
        switch self {
        case .picomOpacity: ["--inactive-opacity", "0.6", "--active-opacity", "0.6"]
        case .picomFading: ["--fading", "--inactive-opacity", "0.8", "--active-opacity", "0.8"]
        case .picomBlur: ["--blur-method", "kernel", "--blur-kern", "11x11gaussian", "--inactive-opacity", "0.7"]
        case .picomUnredirected: ["--unredir-if-possible", "--inactive-opacity", "0.7"]
        case .xfwm4: []
        }
      return self == .xfwm4
        ? try Program("dbus-run-session", ["--", "xfwm4", "--compositor=on"], environment: ["DISPLAY": display])
        : try Program("picom", picom + options, environment: ["DISPLAY": display])
    }
  }

  @Test(arguments: Manager.allCases.filter(\.isInstalled))
  func `under a compositing manager windows over an excluded one are shown, and it does not show through`(
    manager: Manager
  ) async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let compositor = try manager.start(server.display)
    defer { compositor.kill() }
    try await eventually("a compositing manager", within: 30) { other.isComposited }
    let background = other.window(.screen, 0x00ff00, title: "Desktop")
    other.atoms(background, "_NET_WM_WINDOW_TYPE", ["_NET_WM_WINDOW_TYPE_DESKTOP"])
    other.map(background)
    // Title bars have icons of many colours, so red is looked for below them.
    let (capturer, watch) = try await LeakWatch.capture(
      server, places: [PixelRect(x: 80, y: 200, width: 480, height: 230)])
    try await eventually("the desktop") { watch.pixel(10, 470) == 0x00ff00 }
    var window = program.window(PixelRect(x: 100, y: 120, width: 300, height: 250), Self.secret, title: "Vault")
    program.keepPlace(window)
    program.map(window)
    try await eventually("black", within: 30) { watch.pixel(150, 300) == 0 }
    let front = other.window(PixelRect(x: 250, y: 160, width: 240, height: 150), 0x0000ff, title: "Slides")
    // All managers apply this property, whatever their options are.
    other.property(front, "_NET_WM_WINDOW_OPACITY", [0x9000_0000])
    other.keepPlace(front)
    other.map(front)
    let menu = try other.alphaWindow(PixelRect(x: 120, y: 320, width: 100, height: 40), 0x8000_0080, isMenu: true)
    other.map(menu)
    for _ in 0..<2 {
      try await eventually("the windows over it", within: 30) {
        watch.pixel(300, 250) == 0x0000ff && watch.pixel(150, 340) == 0x000080 && watch.pixel(150, 300) == 0
          && watch.pixel(230, 340) == 0
      }
      other.fill(front, PixelRect(x: 40, y: 80, width: 30, height: 30), 0x00ffff)
      try await eventually("a drawing in it", within: 30) { watch.pixel(300, 250) == 0x00ffff }
      other.fill(front, PixelRect(x: 40, y: 80, width: 30, height: 30), 0x0000ff)
      program.move(window, 110, 130)
      other.move(front, 260, 165)
      program.move(window, 100, 120)
      other.move(front, 250, 160)
      program.destroy(window)
      try await eventually("the desktop where it was", within: 30) { watch.pixel(150, 300) == 0x00ff00 }
      window = program.window(PixelRect(x: 100, y: 120, width: 300, height: 250), Self.secret, title: "Vault")
      program.keepPlace(window)
      program.map(window)
      other.raise(front)
      other.raise(menu)
    }
    // A manager may unredirect a window that fills the screen.
    let slides = other.window(.screen, 0x0080ff, title: "Full screen")
    other.atoms(slides, "_NET_WM_STATE", ["_NET_WM_STATE_FULLSCREEN"])
    other.map(slides)
    try await eventually("the full screen", within: 30) {
      watch.pixel(150, 300) == 0x0080ff && watch.pixel(300, 250) == 0x0080ff
    }
    other.fill(slides, PixelRect(x: 140, y: 290, width: 30, height: 30), 0x00ffff)
    try await eventually("a drawing in it", within: 30) { watch.pixel(150, 300) == 0x00ffff }
    program.title(window, "Another")
    program.move(window, 90, 110)
    other.destroy(slides)
    try await eventually("the windows behind it", within: 30) {
      watch.pixel(300, 250) == 0x0000ff && watch.pixel(150, 300) == 0
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    #expect(watch.undeclared == 0)
    capturer.stop()
  }

  @Test(.enabled(if: Manager.picomOpacity.isInstalled))
  func `under a compositing manager a monitor change during a picture shows no pixel of an excluded window`()
    async throws
  {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    other.map(other.window(.screen, 0x00ff00, title: "Desk"))
    let secret = program.window(PixelRect(x: 100, y: 100, width: 300, height: 200), Self.secret, title: "Vault")
    program.map(secret)
    other.map(other.window(PixelRect(x: 250, y: 200, width: 300, height: 200), 0x0000ff, title: "Front"))
    let manager = try Manager.picomOpacity.start(server.display)
    defer { manager.kill() }
    try await eventually("a manager", within: 30) { other.isComposited }
    let (capturer, watch) = try await LeakWatch.capture(server)
    try await eventually("pictures", within: 30) { watch.frames > 0 }
    for round in 0..<200 {
      program.fill(secret, PixelRect(x: 0, y: 0, width: 300, height: 200), round % 2 == 0 ? Self.secret : 0xe01010)
      other.choosePrimary(round % 2 == 0)
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.005)
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }

  @Test(.enabled(if: Manager.picomOpacity.isInstalled))
  func `under a compositing manager a captured window that is resized shows no pixel of an excluded one over it`()
    async throws
  {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let page = other.emptyWindow(PixelRect(x: 50, y: 50, width: 400, height: 300), title: "Page")
    other.map(page)
    other.fill(page, PixelRect(x: 0, y: 0, width: 400, height: 300), 0x0000ff)
    program.map(program.window(PixelRect(x: 150, y: 100, width: 200, height: 150), Self.secret, title: "Vault"))
    let manager = try Manager.picomOpacity.start(server.display)
    defer { manager.kill() }
    try await eventually("a manager", within: 30) { other.isComposited }
    let capturer = try await DisplayCapturer.open(
      .init(
        display: server.display, surface: .window(.title("Page")), frameRate: 120, cursor: .never,
        excludedWindows: [.title("vault")]))
    let watch = LeakWatch([PixelRect(x: 0, y: 0, width: 400, height: 300)])
    capturer.attach(watch)
    other.fill(page, PixelRect(x: 0, y: 0, width: 400, height: 300), 0x0000ff)
    try await eventually("the page", within: 30) { !watch.pixels.isEmpty && watch.pixels.allSatisfy { $0 == 0x0000ff } }
    for step in 1...3 {
      other.resize(page, UInt32(400 + 10 * step), 300)
      if step == 2 { other.move(page, 60, 70) }
      // The program redraws the new part only after some pictures.
      for round in 0..<10 {
        other.fill(page, PixelRect(x: 0, y: 0, width: 20, height: 20), UInt(round + 1))
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.02)
      }
      other.fill(page, .screen, 0x0000ff)
      try await eventually("all of the page", within: 30) { watch.pixels.allSatisfy { $0 == 0x0000ff } }
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }
}
