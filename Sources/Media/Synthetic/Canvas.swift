/// A picture that a program paints, to be recorded or shared, like a page's canvas in a browser. Source: W3C Media Capture
/// from DOM Elements.
///
/// The program names the rectangle that it paints, and only that is converted and encoded. May be painted from any thread; one
/// `paint` runs at a time.
public final class Canvas: Sendable {
  /// Pixels.
  public let size: PixelSize
  private let store: CanvasStore

  /// A black canvas.
  /// - Parameters:
  ///   - width: 1 to 16383 pixels, VP8's limit.
  ///   - height: 1 to 16383 pixels.
  public init(width: Int, height: Int) {
    precondition((1...16383).contains(width) && (1...16383).contains(height), "a canvas has 1 to 16383 pixels a side")
    size = PixelSize(width: width, height: height)
    store = CanvasStore(size)
  }

  /// Paints a part of the canvas. The streams show it as soon as their frame rates allow, together with other paintings since
  /// their last picture.
  /// - Parameters:
  ///   - rect: the painted part, cut off at the canvas's edges; nil for the whole canvas.
  ///   - body: paints; the pixels are lent until it returns.
  public func paint<Result>(_ rect: PixelRect? = nil, _ body: (CanvasPixels) throws -> Result) rethrows -> Result {
    let rect = (rect ?? PixelRect(size)).intersection(PixelRect(size))
    return try store.paint(rect, body)
  }

  /// A stream of one video track that shows the canvas, also after the canvas itself is released.
  /// - Parameter frameRate: the highest rate; pictures a second, above 0 and at most 240.
  public func captureStream(frameRate: Double = 30) -> MediaStream {
    precondition(
      frameRate > 0 && frameRate <= 240, "the frame rate is \(frameRate), and must be above 0 and at most 240")
    return MediaStream([
      MediaStreamTrack(source: CanvasSource(store, frameRate: frameRate), label: "canvas \(size.width)x\(size.height)")
    ])
  }
}

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
