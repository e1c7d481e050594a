public import Media
import TestSupport

/// A picture in memory, in a source's format: blue, green, red and an unused byte per pixel.
public struct PaintedPicture: Sendable {
  public let size: PixelSize
  /// Longer than the pixels, so that tests find code that ignores it.
  public let bytesPerRow: Int
  public private(set) var bytes: [UInt8]

  /// A black picture.
  public init(_ size: PixelSize) {
    self.size = size
    bytesPerRow = size.width * 4 + 12
    bytes = [UInt8](repeating: 0, count: bytesPerRow * size.height)
  }

  public init(width: Int, height: Int) { self.init(PixelSize(width: width, height: height)) }

  /// Blue, green and red of a pixel.
  public subscript(x: Int, y: Int) -> (blue: UInt8, green: UInt8, red: UInt8) {
    get {
      let at = y * bytesPerRow + x * 4
      return (bytes[at], bytes[at + 1], bytes[at + 2])
    }
    set {
      let at = y * bytesPerRow + x * 4
      bytes[at] = newValue.blue
      bytes[at + 1] = newValue.green
      bytes[at + 2] = newValue.red
    }
  }

  /// Fills the part of `rect` inside the picture with one colour, 0xRRGGBB.
  public mutating func fill(_ rect: PixelRect, _ colour: UInt32) {
    let rect = rect.intersection(PixelRect(size))
    let blue = UInt8(colour & 0xff)
    let green = UInt8(colour >> 8 & 0xff)
    let red = UInt8(colour >> 16 & 0xff)
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX { self[x, y] = (blue, green, red) }
    }
  }

  /// Fills `rect` with text-like content: dark strokes on white, different for each seed.
  public mutating func write(_ rect: PixelRect, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    fill(rect, 0xff_ffff)
    let rect = rect.intersection(PixelRect(size))
    for y in stride(from: rect.y, to: rect.maxY - 1, by: 2) where y % 12 < 9 {
      var x = rect.x
      while x < rect.maxX {
        let width = Int(random.next() % 5) + 1
        if random.next() % 3 == 0 {
          let shade = UInt32(random.next() % 96)
          fill(PixelRect(x: x, y: y, width: width, height: 2).intersection(rect), shade << 16 | shade << 8 | shade)
        }
        x += width
      }
    }
  }

  /// Fills `rect` with random pixels, the hardest to code.
  public mutating func scatter(_ rect: PixelRect, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let rect = rect.intersection(PixelRect(size))
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX {
        let bits = random.next()
        self[x, y] = (
          UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits >> 16)
        )
      }
    }
  }

  /// Passes the picture to `body` as a frame.
  public func withFrame<Result>(
    dirty: DirtyRegion, timestamp: MediaTime = .zero, _ body: (borrowing VideoFrame) -> Result
  ) -> Result {
    bytes.withUnsafeBytes { pixels in
      body(
        VideoFrame(
          pixels: pixels.baseAddress!, bytesPerRow: bytesPerRow, size: size, dirty: dirty, timestamp: timestamp))
    }
  }
}
