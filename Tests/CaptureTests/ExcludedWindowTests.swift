import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

@Suite(.serialized) struct ExcludedWindowTests {
  private static let secret: UInt = 0xff0055

  /// Counts the pixels of the excluded windows' colour in each whole picture, not only in its dirty part.
  private final class Watch: VideoSink {
    private let state = Monitor(
      (frames: 0, seen: 0, missed: 0, ends: 0, last: [UInt32](), size: PixelSize(width: 0, height: 0)))
    var frames: Int { state.withLock { $0.frames } }
    var seen: Int { state.withLock { $0.seen } }
    /// Pictures that are black at (50, 50).
    var missed: Int { state.withLock { $0.missed } }
    func pixel(_ x: Int, _ y: Int) -> UInt32? {
      state.withLock { $0.last.isEmpty ? nil : $0.last[y * $0.size.width + x] }
    }

    func receive(_ frame: borrowing VideoFrame) {
      let (pixels, bytesPerRow, size) = (frame.pixels, frame.bytesPerRow, frame.size)
      var seen = 0
      var all: [UInt32] = []
      all.reserveCapacity(size.width * size.height)
      for y in 0..<size.height {
        for x in 0..<size.width {
          let pixel = pixels.load(fromByteOffset: y * bytesPerRow + x * 4, as: UInt32.self) & 0xff_ffff
          if pixel == ExcludedWindowTests.secret { seen += 1 }
          all.append(pixel)
        }
      }
      state.update { state in
        state.frames += 1
        state.seen += seen
        state.missed += all[50 * size.width + 50] == 0 ? 1 : 0
        state.last = all
        state.size = size
      }
    }

    func sourceEnded() { state.update { $0.ends += 1 } }
  }

  private func capture(
    _ server: XServer, _ method: CaptureMethod, exclude: [WindowSelection] = [], masks: [PixelRect] = []
  ) async throws -> (DisplayCapturer, Watch) {
    let capturer = try await DisplayCapturer.open(
      .init(
        display: server.display, frameRate: 240, cursor: .never, excludedWindows: exclude, masks: masks),
      methods: [method])
    let watch = Watch()
    capturer.attach(watch)
    return (capturer, watch)
  }

  @Test func `an excluded window that is mapped, moved, renamed and closed is in no picture`() async throws {
    let server = try await XServer(width: 320, height: 240)
    for method in CaptureMethod.allCases {
      let (program, other) = (try Client(server), try Client(server))
      let painter = try Painter(server)
      let (capturer, watch) = try await capture(server, method, exclude: [.title("*vault*")])
      try await eventually("the first picture") { watch.frames > 0 }
      var random = SeededRandom(seed: 1)
      for round in 0..<120 {
        // A third of the windows get their name after they are mapped.
        let isNamedLate = round % 3 == 1
        let window = program.window(
          PixelRect(x: round % 100, y: round % 70, width: 120, height: 90), Self.secret,
          title: isNamedLate ? nil : round % 3 == 2 ? "My Vault" : "the vault – 3 items")
        program.map(window)
        if isNamedLate { program.title(window, "Vault") }
        for _ in 0..<4 {
          program.move(window, Int.random(in: -50..<250, using: &random), Int.random(in: -40..<200, using: &random))
        }
        let menu = program.window(
          PixelRect(x: round % 200, y: round % 150, width: 60, height: 60), Self.secret, isMenu: true)
        program.map(menu)
        let dialog = other.window(
          PixelRect(x: round % 150, y: 20, width: 50, height: 50), Self.secret, title: "Password", transientFor: window)
        other.map(dialog)
        let before = watch.frames
        painter.fill(PixelRect(x: 0, y: 0, width: 8, height: 8), UInt(round + 1))
        try await eventually("a picture with these windows on the screen") { watch.frames > before }
        other.destroy(dialog)
        program.destroy(menu)
        program.unmap(window)
        if round % 2 == 0 { program.map(window) }
        program.destroy(window)
      }
      painter.fill(PixelRect(x: 0, y: 0, width: 320, height: 240), 0x336699)
      try await eventually("no black pixels") {
        watch.pixel(0, 0) == 0x336699 && watch.pixel(319, 239) == 0x336699 && watch.pixel(150, 120) == 0x336699
      }
      #expect(watch.seen == 0, "\(method)")
      #expect(watch.frames > 120, "\(method)")
      capturer.stop()
    }
  }

  @Test func `a window whose names never match is visible in every picture`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let (program, painter) = (try Client(server), try Painter(server))
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), 0x00ff00, title: "0 %")
    program.map(window)
    let (capturer, watch) = try await capture(server, .sharedPixmap, exclude: [.title("*vault*")])
    try await eventually("the window") { watch.pixel(50, 50) == 0x00ff00 }
    let before = watch.missed
    for round in 1...300 {
      let frames = watch.frames
      painter.fill(PixelRect(x: 200, y: 0, width: 100, height: 200), UInt(round))
      program.title(window, "\(round % 100) %")
      painter.fill(PixelRect(x: 0, y: 200, width: 8, height: 8), UInt(round))
      try await eventually("a picture") { watch.frames > frames }
    }
    #expect(watch.missed == before)
    capturer.stop()
  }

  @Test func `a menu and a dialog stay black when their excluded window is gone`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let (program, other, painter) = (try Client(server), try Client(server), try Painter(server))
    let window = program.window(PixelRect(x: 20, y: 20, width: 100, height: 100), Self.secret, title: "Vault")
    program.map(window)
    let menu = program.window(PixelRect(x: 30, y: 130, width: 40, height: 60), Self.secret, isMenu: true)
    program.map(menu)
    let dialog = other.window(
      PixelRect(x: 150, y: 20, width: 50, height: 50), Self.secret, title: "Password", transientFor: window)
    other.map(dialog)
    let (capturer, watch) = try await capture(server, .sharedPixmap, exclude: [.title("vault")])
    try await eventually("the first picture") { watch.frames > 0 }
    program.destroy(window)
    painter.fill(PixelRect(x: 20, y: 20, width: 100, height: 100), 0x336699)
    try await eventually("the root behind the window") { watch.pixel(50, 50) == 0x336699 }
    #expect(watch.pixel(40, 140) == 0 && watch.pixel(160, 30) == 0)
    #expect(watch.seen == 0)
    program.unmap(menu)
    program.fill(menu, PixelRect(x: 0, y: 0, width: 40, height: 60), 0x00ff00)
    program.destroy(menu)
    let another = program.window(PixelRect(x: 30, y: 130, width: 40, height: 60), 0x00ff00, isMenu: true)
    program.map(another)
    try await eventually("another menu of the program") { watch.pixel(40, 140) == 0x00ff00 }
    capturer.stop()
  }

  @Test func `changes behind excluded windows and masks are not dirty`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let (program, painter) = (try Client(server), try Painter(server))
    let secret = program.window(PixelRect(x: 200, y: 100, width: 100, height: 100), Self.secret, title: "Vault")
    program.map(secret)
    let window = program.window(PixelRect(x: 0, y: 0, width: 150, height: 100), 0x336699, title: "Editor")
    program.map(window)
    let mask = PixelRect(x: 100, y: 50, width: 40, height: 30)
    for surface in [DisplaySurfaceSelection.desktop, .window(.title("Editor"))] {
      let capturer = try await DisplayCapturer.open(
        .init(
          display: server.display, surface: surface, cursor: .never, excludedWindows: [.title("vault")], masks: [mask]))
      let sink = PictureSink()
      capturer.attach(sink)
      try await eventually("the first picture") { sink.pixel(0, 0) == 0x336699 }
      let first = sink.frames.count
      for round in 0..<20 {
        program.fill(secret, PixelRect(x: 10, y: 10, width: 20, height: 20), UInt(round))
        painter.fill(mask, UInt(round + 1))
        program.fill(window, PixelRect(x: 0, y: 0, width: 10, height: 10), UInt(round + 1))
        try await eventually("the drawing") { sink.pixel(0, 0) == UInt32(round + 1) }
      }
      let dirty = sink.frames[first...].flatMap(\.dirty)
      #expect(dirty.allSatisfy { $0 == PixelRect(x: 0, y: 0, width: 10, height: 10) }, "\(dirty)")
      #expect(sink.pixel(110, 60) == 0)
      #expect(sink.frames.allSatisfy { $0.undeclared == 0 })
      capturer.stop()
      program.fill(window, PixelRect(x: 0, y: 0, width: 150, height: 100), 0x336699)
    }
  }

  @Test func `a mask stays black when something is drawn there`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let painter = try Painter(server)
    let mask = PixelRect(x: 100, y: 50, width: 40, height: 30)
    painter.fill(mask, Self.secret)
    for method in CaptureMethod.allCases {
      let (capturer, watch) = try await capture(server, method, masks: [mask])
      for round in 0..<20 {
        painter.fill(mask, Self.secret)
        painter.fill(PixelRect(x: 0, y: 0, width: 320, height: 40), UInt(round + 1))
        try await eventually("the drawing") { watch.pixel(0, 0) == UInt32(round + 1) }
      }
      #expect(watch.seen == 0)
      #expect(watch.pixel(100, 50) == 0)
      #expect(watch.pixel(139, 79) == 0)
      capturer.stop()
    }
  }
}
