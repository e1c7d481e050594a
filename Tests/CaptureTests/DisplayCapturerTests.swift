import CX11
import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

@Suite(.serialized) struct DisplayCapturerTests {
  private let whole = PixelRect(x: 0, y: 0, width: 640, height: 480)

  @Test func `a sink gets the whole desktop first, then only changes`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    painter.fill(whole, 0x336699)
    let capturer = try await DisplayCapturer.open(.init(display: server.display, cursor: .never))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    #expect(sink.frames[0].dirty == [whole])
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

  @Test(arguments: CaptureMethod.allCases, ["640x480x24", "1023x767x24", "641x3x16", "639x479x16", "333x251x30"])
  func `every capture method gives the drawn pixels in every pixel format`(
    method: CaptureMethod, screen: String
  ) async throws {
    let parts = screen.split(separator: "x").compactMap { Int($0) }
    let (width, height) = (parts[0], parts[1])
    let server = try await XServer(width: width, height: height, depth: parts[2])
    let painter = try Painter(server)
    let format = try PixelFormat(painter.connection)
    var random = SeededRandom(seed: 3)
    /// Black, white, primaries and yellow, which all formats here represent exactly.
    let colours: [UInt32] = [0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0x000000, 0xffff00]
    func pixel(_ colour: UInt32) -> UInt {
      UInt(
        (colour & 0xff0000 != 0 ? format.redMask : 0) | (colour & 0xff00 != 0 ? format.greenMask : 0)
          | (colour & 0xff != 0 ? format.blueMask : 0))
    }
    var expected = [UInt32](repeating: 0, count: width * height)
    func draw() {
      let rect = PixelRect(
        x: .random(in: 0..<width, using: &random), y: .random(in: 0..<height, using: &random),
        width: .random(in: 1...width, using: &random), height: .random(in: 1...height, using: &random)
      ).intersection(PixelRect(x: 0, y: 0, width: width, height: height))
      let colour = colours.randomElement(using: &random)!
      painter.fill(rect, pixel(colour))
      for y in rect.y..<rect.maxY { for x in rect.x..<rect.maxX { expected[y * width + x] = colour } }
    }
    painter.fill(PixelRect(x: 0, y: 0, width: width, height: height), 0)
    for _ in 0..<10 { draw() }
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, cursor: .never), methods: [method])
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.pixels == expected }
    for _ in 0..<5 {
      draw()
      try await eventually("the drawing") { sink.pixels == expected }
    }
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    #expect(capturer.statistics.method == method)
    #expect(format.isBGRX == screen.hasSuffix("24"))
  }

  @Test func `a still screen sends nothing and the thread sleeps`() async throws {
    let server = try await XServer()
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    try await eventually("the count") { capturer.statistics.framesCaptured == 1 }
    // Two seconds of real time, in which the pointer is queried and the damage is audited.
    let (before, start) = (capturer.statistics, MediaTime.now)
    try await Task.sleep(nanoseconds: 2_000_000_000)
    let (after, seconds) = (capturer.statistics, (MediaTime.now - start).seconds)
    #expect(sink.frames.count == 1)
    #expect(after.pixels == before.pixels)
    #expect((seconds * 5...seconds * 15).contains(Double(after.ticks - before.ticks)))
  }

  @Test func `the pointer is blended in at its place, and leaves no pixel behind when it moves`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    painter.fill(whole, 0x336699)
    let pixels: [UInt8] = [0xff, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0xff]
    painter.setPointer(bits: pixels, hotspotX: 3, hotspotY: 2)
    painter.movePointer(200, 100)
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    func ring(_ x: Int, _ y: Int) -> Bool {
      (0..<8).allSatisfy { row in
        (0..<8).allSatisfy { column in
          let isSet = pixels[row] >> column & 1 == 1
          return sink.pixel(x - 3 + column, y - 2 + row) == (isSet ? 0xff0000 : 0x336699)
        }
      }
    }
    #expect(ring(200, 100))

    painter.movePointer(400, 300)
    try await eventually("the pointer's move") { ring(400, 300) }
    #expect(sink.frames.count == 2)
    #expect(
      Set(sink.frames[1].dirty) == [
        PixelRect(x: 197, y: 98, width: 8, height: 8), PixelRect(x: 397, y: 298, width: 8, height: 8),
      ])
    // Half of it off the screen.
    painter.movePointer(0, 479)
    try await eventually("the pointer at the edge") { sink.pixel(0, 477) == 0xff0000 && sink.pixel(4, 479) == 0xff0000 }
    #expect(sink.pixel(400, 300) == 0x336699)
    // A drawing under the pointer stays under it.
    painter.fill(PixelRect(x: 0, y: 400, width: 100, height: 80), 0x00ff00)
    try await eventually("the drawing") { sink.pixel(50, 450) == 0x00ff00 }
    #expect(sink.pixel(0, 477) == 0xff0000)
    painter.movePointer(300, 200)
    try await eventually("the pointer gone") { ring(300, 200) }
    #expect(sink.pixel(0, 477) == 0x00ff00)
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
  }

  @Test func `in motion mode the pointer is shown while it moves, and disappears a second later`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    painter.fill(whole, 0)
    painter.setPointer(bits: Array(repeating: 0xff, count: 8), hotspotX: 0, hotspotY: 0)
    painter.movePointer(100, 100)
    let capturer = try await DisplayCapturer.open(.init(display: server.display, cursor: .motion))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    #expect(sink.pixel(100, 100) == 0)
    painter.movePointer(110, 100)
    try await eventually("the pointer") { sink.pixel(110, 100) == 0xff0000 }
    try await eventually("no pointer") { sink.pixel(110, 100) == 0 }
    let times = sink.frames.suffix(2).map(\.timestamp)
    #expect((times[1] - times[0]).seconds > 0.8)
  }

  @Test func `a change without damage gives one warning, and pictures are compared from then on`() async throws {
    let folder = try TemporaryDirectory()
    let server = try await XServer(arguments: ["-fbdir", folder.url.path])
    let painter = try Painter(server)
    painter.fill(whole, 0x102030)
    let capturer = try await DisplayCapturer.open(.init(display: server.display, cursor: .never))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }

    let file = try Framebuffer(folder.file("Xvfb_screen0").path, width: 640, height: 480)
    file.fill(PixelRect(x: 300, y: 400, width: 20, height: 20), 0xff00ff)
    try await eventually("the unreported change", within: 6) { sink.pixel(310, 410) == 0xff00ff }
    try await eventually("the warning") { log.warnings == ["damageUnreliable"] }
    #expect(capturer.statistics.detection == .comparison)
    let begin = MediaTime.now
    for step in 0..<20 {
      let colour = UInt32(0x112233 + step)
      file.fill(PixelRect(x: 10 + step, y: 20, width: 5, height: 5), colour)
      try await eventually("step \(step)") { sink.pixel(12 + step, 22) == colour }
    }
    #expect((MediaTime.now - begin).seconds < 3)
    painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 10), 0xffffff)
    try await eventually("reported changes too") { sink.pixel(600, 5) == 0xffffff }
    #expect(log.warnings == ["damageUnreliable"])
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
    // Blocks of 32 pixels, not the whole picture.
    #expect(sink.frames.last.map { $0.dirty.allSatisfy { $0.height <= 32 } } == true)
  }

  @Test func `correct damage on a busy screen never gives a warning`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    var random = SeededRandom(seed: 11)
    try await eventually("a few checks of a busy screen", within: 20) {
      for _ in 0..<20 {
        painter.fill(
          PixelRect(
            x: .random(in: 0..<600, using: &random), y: .random(in: 0..<440, using: &random),
            width: .random(in: 1..<40, using: &random), height: .random(in: 1..<40, using: &random)),
          UInt.random(in: 0...0xffffff, using: &random))
      }
      painter.movePointer(.random(in: 0..<640, using: &random), .random(in: 0..<480, using: &random))
      return capturer.statistics.audits >= 10
    }
    #expect(log.warnings.isEmpty)
    #expect(capturer.statistics.detection == .damage)
    #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
  }

  @Test(arguments: ["DAMAGE", "XFIXES"])
  func `without DAMAGE or XFIXES every picture is compared, with a warning`(missing: String) async throws {
    let server = try await XServer(arguments: ["-extension", missing])
    let painter = try Painter(server)
    painter.fill(whole, 0x102030)
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.pixel(600, 400) == 0x102030 }
    painter.fill(PixelRect(x: 64, y: 64, width: 10, height: 10), 0xffffff)
    try await eventually("the drawing") { sink.pixel(70, 70) == 0xffffff }
    #expect(sink.frames.last?.dirty == [PixelRect(x: 64, y: 64, width: 32, height: 32)])
    let expected = missing == "DAMAGE" ? ["damageMissing"] : ["damageMissing", "cursorMissing"]
    try await eventually("the warning") { log.warnings == expected }
  }

  @Test func `without shared memory the pixels come through the connection`() async throws {
    let server = try await XServer(arguments: ["-extension", "MIT-SHM"])
    let painter = try Painter(server)
    painter.fill(whole, 0x102030)
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.pixel(600, 400) == 0x102030 }
    #expect(capturer.statistics.method == .image)
  }

  @Test func `a killed server ends the source within a second`() async throws {
    let server = try await XServer()
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let log = EventLog(capturer)
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    try await server.stop(SIGKILL)
    try await eventually("the end", within: 1) { sink.hasEnded && log.all == [.ended(.displayGone)] }
    let late = PictureSink()
    capturer.attach(late)
    #expect(late.hasEnded)
    capturer.stop()
  }

  @Test func `stop returns within 1.5 s when the server hangs`() async throws {
    let server = try await XServer()
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let sink = PictureSink()
    capturer.attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    kill(server.pid, SIGSTOP)
    let begin = MediaTime.now
    capturer.stop()
    #expect((MediaTime.now - begin).seconds < 1.5)
    #expect(sink.hasEnded)
  }

  @Test func `shared memory is marked for removal while it is in use, so that it does not outlive a kill`()
    async throws
  {
    let server = try await XServer()
    let capturer = try await DisplayCapturer.open(.init(display: server.display))
    let own = try SharedMemoryTable.segments(of: getpid())
    #expect(!own.isEmpty)
    #expect(own.allSatisfy { $0.isMarkedForRemoval })
    capturer.stop()
    let left = try SharedMemoryTable.segments(of: getpid())
    #expect(left.isEmpty)
  }

  @Test func `a second sink begins with the whole picture, and a detached one gets no more`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    let capturer = try await DisplayCapturer.open(.init(display: server.display, cursor: .never))
    let (first, second) = (PictureSink(), PictureSink())
    capturer.attach(first)
    try await eventually("the first picture") { first.frames.count == 1 }
    capturer.attach(second)
    try await eventually("the second's first picture") { second.frames.count == 1 }
    #expect(second.frames[0].dirty == [whole])
    #expect(first.frames.count == 1)
    capturer.detach(first)
    painter.fill(PixelRect(x: 5, y: 6, width: 7, height: 8), 0xffffff)
    try await eventually("the drawing") { second.frames.count == 2 }
    #expect(first.frames.count == 1)
    #expect(!first.hasEnded)
    // What was drawn without any sink is in the next sink's first picture.
    capturer.detach(second)
    painter.fill(PixelRect(x: 50, y: 60, width: 7, height: 8), 0xff0000)
    let third = PictureSink()
    capturer.attach(third)
    try await eventually("the third's first picture") { third.frames.count == 1 }
    #expect(third.pixel(50, 60) == 0xff0000)
    #expect(third.pixel(5, 6) == 0xffffff)
  }
}
