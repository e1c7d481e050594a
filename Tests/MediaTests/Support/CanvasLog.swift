import Media
import TestSupport

/// Keeps the newest picture, and the dirty rectangles of all.
final class CanvasLog: VideoSink {
  struct Frame: Sendable {
    var dirty: [PixelRect]
    var timestamp: MediaTime
  }

  private struct State {
    var frames: [Frame] = []
    var size = PixelSize(width: 0, height: 0)
    var pixels: [UInt32] = []
    var hasEnded = false
  }

  private let state = Monitor(State())

  var frames: [Frame] { state.withLock { $0.frames } }

  func pixel(_ x: Int, _ y: Int) -> UInt32 {
    state.withLock { $0.pixels.isEmpty ? .max : $0.pixels[y * $0.size.width + x] & 0xff_ffff }
  }

  func receive(_ frame: borrowing VideoFrame) {
    let pixels = UnsafeBufferPointer(
      start: frame.pixels.assumingMemoryBound(to: UInt32.self), count: frame.size.width * frame.size.height)
    let (copy, size) = (Array(pixels), frame.size)
    let seen = Frame(dirty: frame.dirty.rects, timestamp: frame.timestamp)
    state.withLock { state in
      state.frames.append(seen)
      state.size = size
      state.pixels = copy
    }
  }

  func sourceEnded() { state.withLock { $0.hasEnded = true } }

  func seen(_ count: Int) async throws { try await seen("\(count) pictures") { frames.count >= count } }
  func ended() async throws { try await seen("the end") { state.withLock { $0.hasEnded } } }

  func seen(_ what: String, _ condition: () -> Bool) async throws {
    try await eventually(what) { condition() }
  }
}
