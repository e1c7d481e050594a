import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// Windows over excluded windows are shown exactly, without a pixel of the excluded window, now or before.
///
/// Excluded windows are red, everything else is blue, green or grey: a pixel with more red than green is a leak.
@Suite(.serialized) struct StackedExclusionTests {
  private static let secret: UInt = 0xff0000

  @Test func `without a compositing manager windows over an excluded one are shown in their shapes`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(.screen, 0x00ff00)
    let secret = PixelRect(x: 100, y: 100, width: 300, height: 200)
    program.map(program.window(secret, Self.secret, title: "Vault"))
    let round = other.window(PixelRect(x: 50, y: 80, width: 200, height: 100), 0x0000ff, title: "Clock")
    let shape = [PixelRect(x: 20, y: 0, width: 160, height: 100), PixelRect(x: 0, y: 30, width: 200, height: 40)]
    other.shape(round, shape)
    other.map(round)
    let front = other.window(PixelRect(x: 350, y: 200, width: 200, height: 200), 0x0000ff, title: "Slides")
    other.map(front)
    for method in [CaptureMethod.sharedPixmap, .image] {
      let (capturer, watch) = try await LeakWatch.capture(server, method)
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
      painter.fill(.screen.intersection(PixelRect(x: 400, y: 0, width: 240, height: 480)), 0x00ff00)
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

  @Test func `many moves and restacks over an excluded window show no pixel of it`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(.screen, 0x00ff00)
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
    let (capturer, watch) = try await LeakWatch.capture(server)
    try await eventually("the window in front") { watch.pixel(10, 470) == 0x8080ff }
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
    painter.fill(.screen, 0x00ff00)
    try await eventually("no black pixel") { watch.pixels.allSatisfy { $0 != 0 } }
    capturer.stop()
  }

  @Test func `a window that has not drawn yet shows no pixel of an excluded one that is or was there`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(.screen, 0x00ff00)
    let place = PixelRect(x: 100, y: 100, width: 300, height: 200)
    let page = other.emptyWindow(place, title: "Page")
    other.map(page)
    other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
    let (capturer, watch) = try await LeakWatch.capture(server)
    try await eventually("the page") { watch.pixel(200, 200) == 0x0000ff }
    for _ in 0..<2 {
      let secret = program.window(place, Self.secret, title: "Vault")
      program.map(secret)
      try await eventually("black") { watch.pixel(200, 200) == 0 }
      // The page redraws what the window left on the screen only after some pictures.
      program.destroy(secret)
      try await watch.pictures(6) { painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), $0) }
      other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
      try await eventually("the page again") { watch.pixel(200, 200) == 0x0000ff }
      // A window that is raised over it keeps its pixels until it draws.
      let again = program.window(place, Self.secret, title: "Vault")
      program.map(again)
      try await eventually("black again") { watch.pixel(200, 200) == 0 }
      other.raise(page)
      try await watch.pictures(6) { painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), $0) }
      other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
      try await eventually("the page in front") { watch.pixel(200, 200) == 0x0000ff }
      program.destroy(again)
    }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }

  @Test func `a captured window shows no pixel of an excluded one that was over it before`() async throws {
    let server = try await XServer()
    let (program, other) = (try Client(server), try Client(server))
    let page = other.emptyWindow(.screen, title: "Page")
    other.map(page)
    other.fill(page, .screen, 0x0000ff)
    program.map(program.window(PixelRect(x: 100, y: 100, width: 300, height: 200), Self.secret, title: "Vault"))
    // From now on the server keeps the window's pixels in a pixmap, which begins with those of the screen.
    let capturer = try await DisplayCapturer.open(
      .init(
        display: server.display, surface: .window(.title("Page")), frameRate: 120, cursor: .never,
        excludedWindows: [.title("vault")]))
    let watch = LeakWatch([.screen])
    capturer.attach(watch)
    try await eventually("the page") { watch.pixel(10, 10) == 0x0000ff && watch.pixel(200, 200) == 0 }
    try await watch.pictures(6) { other.fill(page, PixelRect(x: 0, y: 0, width: 20, height: 20), $0) }
    other.fill(page, .screen, 0x0000ff)
    try await eventually("all of the page") { watch.frames > 0 && watch.pixels.allSatisfy { $0 == 0x0000ff } }
    #expect(watch.leaks.isEmpty && watch.undeclared == 0, "\(watch.leaks)")
    capturer.stop()
  }

  @Test func `an excluded window that is circulated below another leaves no pixel of itself`() async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(.screen, 0x00ff00)
    let place = PixelRect(x: 100, y: 100, width: 300, height: 200)
    let page = other.emptyWindow(place, title: "Page")
    other.map(page)
    program.map(program.window(place, Self.secret, title: "Vault"))
    let (capturer, watch) = try await LeakWatch.capture(server)
    try await eventually("black") { watch.pixel(10, 10) == 0x00ff00 && watch.pixel(200, 200) == 0 }
    other.circulate()
    try await watch.pictures(6) { painter.fill(PixelRect(x: 0, y: 0, width: 20, height: 20), $0) }
    other.fill(page, PixelRect(x: 0, y: 0, width: 300, height: 200), 0x0000ff)
    try await eventually("the page") { watch.pixel(200, 200) == 0x0000ff }
    #expect(watch.leaks.isEmpty, "\(watch.leaks)")
    capturer.stop()
  }

  @Test(arguments: [UnmapNotify, DestroyNotify])
  func `a synthetic event from a client does not unmask an excluded window`(type: Int32) async throws {
    let server = try await XServer()
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    painter.fill(.screen, 0x00ff00)
    let secret = program.window(PixelRect(x: 100, y: 100, width: 300, height: 200), Self.secret, title: "Vault")
    program.map(secret)
    let (capturer, watch) = try await LeakWatch.capture(server)
    try await eventually("black") { watch.pixel(10, 10) == 0x00ff00 && watch.pixel(200, 200) == 0 }
    other.sendSynthetic(type, secret)
    // Longer than the 0.6 s that a closed window's place stays black.
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
}
