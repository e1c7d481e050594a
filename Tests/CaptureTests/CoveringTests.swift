import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// What lies over excluded windows: seen exactly, and never a pixel of what is under it, blended, faded or left over.
///
/// Private windows are red, all else is blue, green or grey: what has more red than green is a leak.
@Suite(.serialized) struct CoveringTests {
  private static let secret: UInt = 0xff0000

  /// Counts the red pixels of every picture, all of it and not only what is marked as changed.
  private final class Watch: VideoSink {
    private let state = Monitor((frames: 0, leaks: [Int: PixelRect](), last: [UInt32](), undeclared: 0))
    private let places: [PixelRect]

    /// - Parameter places: where red is looked for.
    init(_ places: [PixelRect]) { self.places = places }

    var frames: Int { state.withLock { $0.frames } }
    /// Where there was red, by the picture's number.
    var leaks: [Int: PixelRect] { state.withLock { $0.leaks } }
    var pixels: [UInt32] { state.withLock { $0.last } }
    var undeclared: Int { state.withLock { $0.undeclared } }
    func pixel(_ x: Int, _ y: Int) -> UInt32? { state.withLock { $0.last.isEmpty ? nil : $0.last[y * 640 + x] } }

    func receive(_ frame: borrowing VideoFrame) {
      let (pixels, bytesPerRow, size) = (frame.pixels, frame.bytesPerRow, frame.size)
      let dirty = frame.dirty.rects
      state.update { state in
        let former = state.last
        state.last.removeAll(keepingCapacity: true)
        for y in 0..<size.height {
          for x in 0..<size.width {
            state.last.append(pixels.load(fromByteOffset: y * bytesPerRow + x * 4, as: UInt32.self) & 0xff_ffff)
          }
        }
        var found = PixelRect(x: 0, y: 0, width: 0, height: 0)
        for place in places {
          for y in place.y..<place.maxY {
            for x in place.x..<place.maxX {
              let pixel = state.last[y * size.width + x]
              if pixel >> 16 > (pixel >> 8 & 0xff) + 30 {
                found = found.union(PixelRect(x: x, y: y, width: 1, height: 1))
              }
            }
          }
        }
        if !found.isEmpty { state.leaks[state.frames] = found }
        if !former.isEmpty {
          for index in former.indices where former[index] != state.last[index] {
            let pixel = PixelRect(x: index % size.width, y: index / size.width, width: 1, height: 1)
            if !dirty.contains(where: { $0.contains(pixel) }) { state.undeclared += 1 }
          }
        }
        state.frames += 1
      }
    }

    func sourceEnded() {}
  }

  private static let whole = PixelRect(x: 0, y: 0, width: 640, height: 480)

  private func capture(
    _ server: XServer, _ method: CaptureMethod = .sharedPixmap, places: [PixelRect] = [whole]
  ) async throws -> (DisplayCapturer, Watch) {
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, frameRate: 120, cursor: .never, excludedWindows: [.title("vault")]),
      methods: [method])
    let watch = Watch(places)
    capturer.attach(watch)
    return (capturer, watch)
  }

  @Test func `without a compositing manager what covers an excluded window is seen, by its shape`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(Self.whole, 0x00ff00)
    let secret = PixelRect(x: 100, y: 100, width: 300, height: 200)
    program.map(program.window(secret, Self.secret, title: "Vault"))
    let round = other.window(PixelRect(x: 50, y: 80, width: 200, height: 100), 0x0000ff, title: "Clock")
    let shape = [PixelRect(x: 20, y: 0, width: 160, height: 100), PixelRect(x: 0, y: 30, width: 200, height: 40)]
    other.shape(round, shape)
    other.map(round)
    let front = other.window(PixelRect(x: 350, y: 200, width: 200, height: 200), 0x0000ff, title: "Slides")
    other.map(front)
    for method in [CaptureMethod.sharedPixmap, .image] {
      let (capturer, watch) = try await capture(server, method)
      func shows(_ covers: [PixelRect]) -> Bool {
        guard !watch.pixels.isEmpty else { return false }
        return watch.pixels.indices.allSatisfy { index in
          let pixel = PixelRect(x: index % 640, y: index / 640, width: 1, height: 1)
          if covers.contains(where: { $0.contains(pixel) }) { return watch.pixels[index] == 0x0000ff }
          return watch.pixels[index] == (secret.contains(pixel) ? 0 : 0x00ff00)
        }
      }
      let parts = shape.map { $0.relative(toX: -50, y: -80) }
      let window = PixelRect(x: 350, y: 200, width: 200, height: 200)
      try await eventually("the covers") { shows(parts + [window]) }
      other.fill(front, PixelRect(x: 0, y: 0, width: 10, height: 10), 0x00ffff)
      try await eventually("a drawing over it") { watch.pixel(350, 200) == 0x00ffff }
      other.fill(front, PixelRect(x: 0, y: 0, width: 10, height: 10), 0x0000ff)
      other.lower(front)
      painter.fill(Self.whole.intersection(PixelRect(x: 400, y: 0, width: 240, height: 480)), 0x00ff00)
      other.fill(front, PixelRect(x: 0, y: 0, width: 200, height: 200), 0x0000ff)
      try await eventually("black where it was") { watch.pixel(360, 250) == 0 && watch.pixel(420, 250) == 0x0000ff }
      other.raise(front)
      other.raise(round)
      try await eventually("the covers again") { shows(parts + [window]) }
      other.shape(round, [PixelRect(x: 0, y: 0, width: 200, height: 50)])
      painter.fill(PixelRect(x: 50, y: 80, width: 50, height: 100), 0x00ff00)
      other.fill(round, PixelRect(x: 0, y: 0, width: 200, height: 50), 0x0000ff)
      try await eventually("another shape") { shows([PixelRect(x: 50, y: 80, width: 200, height: 50), window]) }
      other.shape(round, shape)
      painter.fill(PixelRect(x: 50, y: 80, width: 50, height: 30), 0x00ff00)
      painter.fill(PixelRect(x: 230, y: 80, width: 20, height: 20), 0x00ff00)
      other.fill(round, PixelRect(x: 0, y: 0, width: 200, height: 100), 0x0000ff)
      try await eventually("the first shape") { shows(parts + [window]) }
      #expect(watch.leaks.isEmpty && watch.undeclared == 0, "\(watch.leaks) \(watch.undeclared)")
      capturer.stop()
    }
  }

  @Test func `a storm of moves and restacks over an excluded window shows nothing of it`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(Self.whole, 0x00ff00)
    let secrets = (0..<3).map { index in
      program.window(PixelRect(x: 60 * index, y: 40 * index, width: 200, height: 150), Self.secret, title: "Vault")
    }
    let covers = (0..<6).map { index in
      other.window(
        PixelRect(x: 50 * index, y: 30 * index, width: 180, height: 180), UInt(0x0000ff - index), title: "Page \(index)"
      )
    }
    let slides = other.window(PixelRect(x: 0, y: 300, width: 640, height: 180), 0x8080ff, title: "Slides", isMenu: true)
    for window in secrets { program.map(window) }
    for window in covers + [slides] { other.map(window) }
    let (capturer, watch) = try await capture(server)
    try await eventually("what is in front") { watch.pixel(10, 470) == 0x8080ff }
    var random = SeededRandom(seed: 7)
    var missed = 0
    for round in 0..<400 {
      let client = round % 2 == 0 ? program : other
      let window = (round % 2 == 0 ? secrets : covers).randomElement(using: &random)!
      switch Int.random(in: 0..<8, using: &random) {
      case 0: client.lower(window)
      case 1: client.raise(window)
      case 2:
        client.unmap(window)
        client.map(window)
      case 3:
        client.resize(window, .random(in: 50..<250, using: &random), .random(in: 50..<250, using: &random))
      case 4: client.shape(window, [PixelRect(x: 10, y: 10, width: .random(in: 1..<200, using: &random), height: 90)])
      default:
        client.move(window, .random(in: -50..<600, using: &random), .random(in: -50..<450, using: &random))
      }
      other.raise(slides)
      let before = watch.frames
      painter.fill(PixelRect(x: 0, y: 478, width: 640, height: 2), UInt(round + 1))
      if round % 4 == 0 { try await eventually("a picture") { watch.frames > before } }
      missed += watch.pixel(10, 470) == 0 ? 1 : 0
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    #expect(watch.undeclared == 0)
    #expect(watch.frames > 100)
    for window in secrets { program.destroy(window) }
    for window in covers { other.destroy(window) }
    painter.fill(Self.whole, 0x00ff00)
    try await eventually("all that is public") { watch.pixels.allSatisfy { $0 != 0 } }
    capturer.stop()
  }

  @Test func `a window that has not drawn yet shows nothing of an excluded one that is or was there`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(Self.whole, 0x00ff00)
    let place = PixelRect(x: 100, y: 100, width: 300, height: 200)
    let page = other.emptyWindow(place, title: "Page")
    other.map(page)
    other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
    let (capturer, watch) = try await capture(server)
    try await eventually("the page") { watch.pixel(200, 200) == 0x0000ff }
    for _ in 0..<2 {
      let secret = program.window(place, Self.secret, title: "Vault")
      program.map(secret)
      try await eventually("black") { watch.pixel(200, 200) == 0 }
      // What it leaves on the screen, the page draws over only after some pictures.
      program.destroy(secret)
      for round in 0..<6 {
        let before = watch.frames
        painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), UInt(round + 1))
        try await eventually("a picture", within: 30) { watch.frames > before }
      }
      other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
      try await eventually("the page again") { watch.pixel(200, 200) == 0x0000ff }
      // One that comes up over it shows it at first.
      let again = program.window(place, Self.secret, title: "Vault")
      program.map(again)
      try await eventually("black again") { watch.pixel(200, 200) == 0 }
      other.raise(page)
      for round in 0..<6 {
        let before = watch.frames
        painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), UInt(round + 1))
        try await eventually("a picture", within: 30) { watch.frames > before }
      }
      other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
      try await eventually("the page in front") { watch.pixel(200, 200) == 0x0000ff }
      program.destroy(again)
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }

  @Test func `a window that is captured alone shows nothing of an excluded one that was over it`() async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let page = other.emptyWindow(Self.whole, title: "Page")
    other.map(page)
    other.fill(page, Self.whole, 0x0000ff)
    program.map(program.window(PixelRect(x: 100, y: 100, width: 300, height: 200), Self.secret, title: "Vault"))
    // From now on the server keeps all its pixels, and begins with those of the screen.
    let capturer = try await DisplayCapturer.open(
      .init(
        display: server.display, surface: .window(.title("Page")), frameRate: 120, cursor: .never,
        excludedWindows: [.title("vault")]))
    let watch = Watch([Self.whole])
    capturer.attach(watch)
    try await eventually("the page") { watch.pixel(10, 10) == 0x0000ff && watch.pixel(200, 200) == 0 }
    for round in 0..<6 {
      let before = watch.frames
      other.fill(page, PixelRect(x: 0, y: 0, width: 20, height: 20), UInt(round + 1))
      try await eventually("a picture", within: 30) { watch.frames > before }
    }
    other.fill(page, Self.whole, 0x0000ff)
    try await eventually("all of the page") { watch.frames > 0 && watch.pixels.allSatisfy { $0 == 0x0000ff } }
    #expect(watch.leaks.isEmpty && watch.undeclared == 0, "\(watch.leaks)")
    capturer.stop()
  }

  @Test func `an excluded window that is circulated below another leaves nothing of itself`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(Self.whole, 0x00ff00)
    let place = PixelRect(x: 100, y: 100, width: 300, height: 200)
    let page = other.emptyWindow(place, title: "Page")
    other.map(page)
    program.map(program.window(place, Self.secret, title: "Vault"))
    let (capturer, watch) = try await capture(server)
    try await eventually("black") { watch.pixel(10, 10) == 0x00ff00 && watch.pixel(200, 200) == 0 }
    other.circulate()
    for round in 0..<6 {
      let before = watch.frames
      painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), UInt(round + 1))
      try await eventually("a picture", within: 30) { watch.frames > before }
    }
    other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
    try await eventually("the page") { watch.pixel(200, 200) == 0x0000ff }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }

  @Test(arguments: [UnmapNotify, DestroyNotify])
  func `an event that a client sends uncovers no excluded window`(type: Int32) async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(Self.whole, 0x00ff00)
    let secret = program.window(PixelRect(x: 100, y: 100, width: 300, height: 200), Self.secret, title: "Vault")
    program.map(secret)
    let (capturer, watch) = try await capture(server)
    try await eventually("black") { watch.pixel(10, 10) == 0x00ff00 && watch.pixel(200, 200) == 0 }
    other.pretend(type, secret)
    // Longer than what a window left stays black.
    let end = MediaTime.now + .milliseconds(1000)
    var round: UInt = 0
    while MediaTime.now < end {
      let before = watch.frames
      round += 1
      painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), round)
      program.fill(secret, PixelRect(x: 0, y: 0, width: 300, height: 200), Self.secret - (round % 2) << 16)
      try await eventually("a picture", within: 30) { watch.frames > before }
    }
    #expect(watch.pixel(200, 200) == 0 && watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }

  @Test(.enabled(if: Manager.picomOpacity.isInstalled))
  func `under a manager a monitor's change during a picture shows nothing of an excluded window`() async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    other.map(other.window(Self.whole, 0x00ff00, title: "Desk"))
    let secret = program.window(PixelRect(x: 100, y: 100, width: 300, height: 200), Self.secret, title: "Vault")
    program.map(secret)
    other.map(other.window(PixelRect(x: 250, y: 200, width: 300, height: 200), 0x0000ff, title: "Front"))
    let manager = try Manager.picomOpacity.start(server.display)
    try await eventually("a manager", within: 30) { other.isComposited }
    let (capturer, watch) = try await capture(server)
    try await eventually("pictures", within: 30) { watch.frames > 0 }
    for round in 0..<200 {
      program.fill(secret, PixelRect(x: 0, y: 0, width: 300, height: 200), round % 2 == 0 ? Self.secret : 0xe01010)
      other.choosePrimary(round % 2 == 0)
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.005)
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
    try await manager.stop()
  }

  @Test(.enabled(if: Manager.picomOpacity.isInstalled))
  func `under a manager a captured window that is resized shows nothing of an excluded one over it`() async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let page = other.emptyWindow(PixelRect(x: 50, y: 50, width: 400, height: 300), title: "Page")
    other.map(page)
    other.fill(page, PixelRect(x: 0, y: 0, width: 400, height: 300), 0x0000ff)
    program.map(program.window(PixelRect(x: 150, y: 100, width: 200, height: 150), Self.secret, title: "Vault"))
    let manager = try Manager.picomOpacity.start(server.display)
    try await eventually("a manager", within: 30) { other.isComposited }
    let capturer = try await DisplayCapturer.open(
      .init(
        display: server.display, surface: .window(.title("Page")), frameRate: 120, cursor: .never,
        excludedWindows: [.title("vault")]))
    let watch = Watch([PixelRect(x: 0, y: 0, width: 400, height: 300)])
    capturer.attach(watch)
    other.fill(page, PixelRect(x: 0, y: 0, width: 400, height: 300), 0x0000ff)
    try await eventually("the page", within: 30) { !watch.pixels.isEmpty && watch.pixels.allSatisfy { $0 == 0x0000ff } }
    for step in 1...3 {
      other.resize(page, UInt32(400 + 10 * step), 300)
      if step == 2 { other.move(page, 60, 70) }
      // A program draws soon, but not at once.
      for round in 0..<10 {
        other.fill(page, PixelRect(x: 0, y: 0, width: 20, height: 20), UInt(round + 1))
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.02)
      }
      other.fill(page, Self.whole, 0x0000ff)
      try await eventually("all of the page", within: 30) { watch.pixels.allSatisfy { $0 == 0x0000ff } }
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
    try await manager.stop()
  }

  /// Compositing managers, and what they do to windows.
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
  func `under a compositing manager what covers an excluded window is seen, and nothing shines through`(
    manager: Manager
  ) async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let compositor = try manager.start(server.display)
    defer { compositor.kill() }
    try await eventually("a compositing manager", within: 30) {
      XGetSelectionOwner(program.connection.display, XInternAtom(program.connection.display, "_NET_WM_CM_S0", 0)) != 0
    }
    let background = other.window(Self.whole, 0x00ff00, title: "Desktop")
    other.atoms(background, "_NET_WM_WINDOW_TYPE", ["_NET_WM_WINDOW_TYPE_DESKTOP"])
    other.map(background)
    // Their frames have icons of many colours; what is looked at is below the title bars.
    let (capturer, watch) = try await capture(
      server, places: [PixelRect(x: 80, y: 200, width: 480, height: 230)])
    try await eventually("the desktop") { watch.pixel(10, 470) == 0x00ff00 }
    var window = program.window(PixelRect(x: 100, y: 120, width: 300, height: 250), Self.secret, title: "Vault")
    program.keepPlace(window)
    program.map(window)
    try await eventually("black", within: 30) { watch.pixel(150, 300) == 0 }
    let front = other.window(PixelRect(x: 250, y: 160, width: 240, height: 150), 0x0000ff, title: "Slides")
    // What each manager obeys, by whatever else it was told.
    other.property(front, "_NET_WM_WINDOW_OPACITY", [0x9000_0000])
    other.keepPlace(front)
    other.map(front)
    let menu = try other.alphaWindow(PixelRect(x: 120, y: 320, width: 100, height: 40), 0x8000_0080, isMenu: true)
    other.map(menu)
    for _ in 0..<2 {
      try await eventually("what covers it", within: 30) {
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
    // A manager may let what fills the screen draw there by itself.
    let slides = other.window(Self.whole, 0x0080ff, title: "Full screen")
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
    try await eventually("what was behind it", within: 30) {
      watch.pixel(300, 250) == 0x0000ff && watch.pixel(150, 300) == 0
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    #expect(watch.undeclared == 0)
    capturer.stop()
  }
}
