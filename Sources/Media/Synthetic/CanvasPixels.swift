/// The part of a canvas that is being painted, lent for one call of `Canvas.paint`. Pixels outside that part can be read; writing
/// them has no effect.
public struct CanvasPixels {
  /// The whole canvas's size.
  public let size: PixelSize
  /// The part that is painted.
  public let rect: PixelRect
  private let pixels: UnsafeMutablePointer<UInt32>

  init(size: PixelSize, rect: PixelRect, pixels: UnsafeMutablePointer<UInt32>) {
    self.size = size
    self.rect = rect
    self.pixels = pixels
  }

  /// A pixel's colour, 0xRRGGBB; black outside the canvas.
  public subscript(x: Int, y: Int) -> UInt32 {
    get {
      guard x >= 0, y >= 0, x < size.width, y < size.height else { return 0 }
      return pixels[y * size.width + x] & 0xff_ffff
    }
    nonmutating set {
      guard x >= rect.x, y >= rect.y, x < rect.maxX, y < rect.maxY else { return }
      pixels[y * size.width + x] = newValue & 0xff_ffff
    }
  }

  /// Fills a rectangle with one colour, 0xRRGGBB.
  public func fill(_ area: PixelRect, _ colour: UInt32) {
    let area = area.intersection(rect)
    guard !area.isEmpty else { return }
    for y in area.y..<area.maxY {
      (pixels + y * size.width + area.x).update(repeating: colour & 0xff_ffff, count: area.width)
    }
  }

  /// Lends the whole canvas's memory, for another library: blue, green, red and an unused byte each, rows from top to bottom.
  /// Pixels painted outside `rect` may not be shown.
  public func withUnsafeMutableBytes<Result>(
    _ body: (_ base: UnsafeMutableRawPointer, _ bytesPerRow: Int) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeMutableRawPointer(pixels), size.width * 4)
  }
}
