import Media
import TestSupport

@testable import Capture

/// Looks for red, the excluded windows' colour, in every whole picture, not only in its dirty part.
final class LeakWatch: VideoSink {
  private let state = Monitor((frames: 0, leaks: [Int: PixelRect](), last: [UInt32](), undeclared: 0))
  private let places: [PixelRect]

  /// - Parameter places: where red is looked for.
  init(_ places: [PixelRect]) { self.places = places }

  var frames: Int { state.withLock { $0.frames } }
  /// The bounds of red pixels, by the picture's number.
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

extension LeakWatch {
  /// Captures the desktop of `server`, with windows named "vault" excluded.
  /// - Parameter places: where red is looked for.
  static func capture(
    _ server: XServer, _ method: CaptureMethod = .sharedPixmap, places: [PixelRect] = [.screen]
  ) async throws -> (DisplayCapturer, LeakWatch) {
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, frameRate: 120, cursor: .never, excludedWindows: [.title("vault")]),
      methods: [method])
    let watch = LeakWatch(places)
    capturer.attach(watch)
    return (capturer, watch)
  }

  /// Waits for `count` more pictures; `change` draws something before each.
  func pictures(_ count: Int, _ change: (UInt) -> Void) async throws {
    for round in 1...count {
      let before = frames
      change(UInt(round))
      try await eventually("a picture", within: 30) { self.frames > before }
    }
  }
}

extension PixelRect {
  /// All of a server's screen.
  static let screen = PixelRect(x: 0, y: 0, width: 640, height: 480)
}
