/// A picture that a program paints, to be recorded or shared: what a page's canvas is to browsers. Source: W3C Media Capture
/// from DOM Elements.
///
/// Work follows change: the program says which rectangle it paints, and only that is converted and coded. May be painted from
/// any thread, by one at a time.
public final class Canvas: Sendable {
  /// Pixels.
  public let size: PixelSize
  private let store: CanvasStore

  /// A black canvas.
  /// - Parameters:
  ///   - width: 1 to 16383 pixels, as VP8 has it.
  ///   - height: likewise.
  public init(width: Int, height: Int) {
    precondition((1...16383).contains(width) && (1...16383).contains(height), "a canvas has 1 to 16383 pixels a side")
    size = PixelSize(width: width, height: height)
    store = CanvasStore(size)
  }

  /// Paints a part of the canvas, which is seen as soon as the streams' frame rates allow; of several paintings in between, all
  /// together.
  /// - Parameters:
  ///   - rect: what is painted; what lies outside the canvas is cut off. Nil is all of it.
  ///   - body: paints; the pixels are its own until it returns, and no longer.
  public func paint<Result>(_ rect: PixelRect? = nil, _ body: (CanvasPixels) throws -> Result) rethrows -> Result {
    let rect = (rect ?? PixelRect(size)).intersection(PixelRect(size))
    return try store.paint(rect, body)
  }

  /// A stream of one video track that shows the canvas, also when nobody holds the canvas itself any more.
  /// - Parameter frameRate: pictures a second at the most, above 0 and at most 240.
  public func captureStream(frameRate: Double = 30) -> MediaStream {
    precondition(
      frameRate > 0 && frameRate <= 240, "the frame rate is \(frameRate), and must be above 0 and at most 240")
    return MediaStream([
      MediaStreamTrack(source: CanvasSource(store, frameRate: frameRate), label: "canvas \(size.width)x\(size.height)")
    ])
  }
}
