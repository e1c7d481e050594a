import CX11
import Glibc
import Media
import TestSupport
import Testing

@testable import Capture

/// The costs of opening, capturing and following a desktop of thousands of windows.
@Suite(.serialized) struct ManyWindowsTests {
  private static let count = 3000

  @Test func `the time to follow 3000 windows grows linearly with their number`() async throws {
    let server = try await XServer()
    let (program, painter) = (try Client(server), try Painter(server))
    let windows = (0..<Self.count).map { index in
      program.window(
        PixelRect(x: index % 600, y: index / 10 % 400, width: 30, height: 30), UInt(0x101010 + index),
        title: "Window \(index)", isMenu: index % 10 == 9)
    }
    for window in windows { XMapWindow(program.connection.display, window) }
    program.connection.synchronize()
    var costs: [(name: String, open: Double, picture: Double)] = []
    for (name, surface, exclude) in [
      ("desktop", DisplaySurfaceSelection.desktop, [WindowSelection]()), ("window", .window(.title("window 7")), []),
      ("desktop, a third of them excluded", .desktop, [.title("window 1*"), .windowClass("KeePassXC")]),
    ] {
      let start = MediaTime.now
      let capturer = try await DisplayCapturer.open(
        .init(display: server.display, surface: surface, frameRate: 240, cursor: .never, excludedWindows: exclude))
      let opened = (MediaTime.now - start).seconds
      let sink = CountingSink()
      capturer.attach(sink)
      try await eventually("the first picture", within: 60) { sink.count > 0 }
      var (cpu, before) = (Self.cpuSeconds, sink.count)
      for round in 0..<20 {
        let frames = sink.count
        if case .window = surface {
          program.fill(windows[7], PixelRect(x: 0, y: 0, width: 9, height: 9), UInt(round))
        } else {
          painter.fill(PixelRect(x: 635, y: 440, width: 5, height: 40), UInt(round + 1))
        }
        try await eventually("a picture", within: 60) { sink.count > frames }
      }
      costs.append((name, opened, (Self.cpuSeconds - cpu) / Double(sink.count - before)))
      defer { capturer.stop() }
      guard !exclude.isEmpty else { continue }
      (cpu, before) = (Self.cpuSeconds, sink.count)
      let display = program.connection.display
      for (index, window) in windows.enumerated() {
        XMoveWindow(display, window, Int32(index % 500), Int32(index / 20 % 400))
        XStoreName(display, window, "Window number \(index)")
        XMoveWindow(display, window, Int32(index / 20 % 400), Int32(index % 300))
      }
      program.connection.synchronize()
      painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), 0x123456)
      try await eventually("a picture with the excluded windows black", within: 60) { sink.last == 0x123456 }
      costs.append((name + ": all moved and renamed", 0, Self.cpuSeconds - cpu))
      cpu = Self.cpuSeconds
      for window in windows { XDestroyWindow(display, window) }
      program.connection.synchronize()
      painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), 0x654321)
      try await eventually("the desktop behind them", within: 60) { sink.last == 0x654321 }
      costs.append((name + ": all closed", 0, Self.cpuSeconds - cpu))
    }
    // Enough for a debug build on a busy machine; quadratic growth would take minutes.
    #expect(costs.allSatisfy { $0.open < 20 && $0.picture < 20 }, "\(costs)")
  }

  /// The CPU time of this process.
  private static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Counts pictures, and keeps the last one's last pixel, which no window reaches.
  private final class CountingSink: VideoSink {
    private let state = Monitor((count: 0, last: UInt32(0)))
    var count: Int { state.withLock { $0.count } }
    var last: UInt32 { state.withLock { $0.last } }

    func receive(_ frame: borrowing VideoFrame) {
      let offset = (frame.size.height - 1) * frame.bytesPerRow + (frame.size.width - 1) * 4
      let pixel = frame.pixels.load(fromByteOffset: offset, as: UInt32.self) & 0xff_ffff
      state.withLock { $0 = ($0.count + 1, pixel) }
    }

    func sourceEnded() {}
  }
}
