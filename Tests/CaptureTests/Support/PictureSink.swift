import Media

/// Keeps a copy of the picture, updated only inside the dirty rectangles.
final class PictureSink: VideoSink {
  struct Received: Sendable {
    var size: PixelSize
    var dirty: [PixelRect]
    var timestamp: MediaTime
    /// Pixels that differ from the sink's copy after its update: changes outside the dirty rectangles. Must be 0.
    var undeclared: Int
    /// Pixels of the excluded windows' colour, 0xff0055.
    var secret: Int
  }

  private struct State {
    var size = PixelSize(width: 0, height: 0)
    var pixels: [UInt32] = []
    var frames: [Received] = []
    var hasEnded = false
  }

  private let state = Monitor(State())

  var frames: [Received] { state.withLock { $0.frames } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }
  var size: PixelSize { state.withLock { $0.size } }
  /// 0xRRGGBB of every pixel, rows from top to bottom.
  var pixels: [UInt32] { state.withLock { $0.pixels } }

  /// Pixels of 0xff0055 in all pictures.
  var secrets: Int { state.withLock { $0.frames.reduce(0) { $0 + $1.secret } } }

  /// 0xRRGGBB; nil before the first picture.
  func pixel(_ x: Int, _ y: Int) -> UInt32? {
    state.withLock { state in
      guard x < state.size.width, y < state.size.height else { return nil }
      return state.pixels[y * state.size.width + x]
    }
  }

  func receive(_ frame: borrowing VideoFrame) {
    let (size, dirty, pixels, bytesPerRow) = (frame.size, frame.dirty.rects, frame.pixels, frame.bytesPerRow)
    let timestamp = frame.timestamp
    state.update { state in
      if state.size != size {
        state.size = size
        state.pixels = Array(repeating: 0xff00_0000, count: size.width * size.height)
      }
      for rect in dirty {
        for y in rect.y..<rect.maxY {
          for x in rect.x..<rect.maxX {
            let pixel = pixels.load(fromByteOffset: y * bytesPerRow + x * 4, as: UInt32.self) & 0xff_ffff
            state.pixels[y * size.width + x] = pixel
          }
        }
      }
      var (undeclared, secret) = (0, 0)
      for y in 0..<size.height {
        for x in 0..<size.width {
          let pixel = pixels.load(fromByteOffset: y * bytesPerRow + x * 4, as: UInt32.self) & 0xff_ffff
          if state.pixels[y * size.width + x] != pixel { undeclared += 1 }
          if pixel == 0xff0055 { secret += 1 }
        }
      }
      state.frames.append(
        Received(size: size, dirty: dirty, timestamp: timestamp, undeclared: undeclared, secret: secret))
    }
  }

  func sourceEnded() { state.update { $0.hasEnded = true } }
}
