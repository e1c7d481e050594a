/// A canvas's pixels, and the showings to notify of changes. `@unchecked Sendable`: `pixels` is accessed only with `lock` held.
final class CanvasStore: @unchecked Sendable {
  let size: PixelSize
  private let pixels: UnsafeMutablePointer<UInt32>
  private let lock = Monitor(())
  private let showings = Monitor<[CanvasShowing]>([])

  init(_ size: PixelSize) {
    self.size = size
    pixels = .allocate(capacity: size.width * size.height)
    pixels.initialize(repeating: 0, count: size.width * size.height)
  }

  deinit { pixels.deallocate() }

  func paint<Result>(_ rect: PixelRect, _ body: (CanvasPixels) throws -> Result) rethrows -> Result {
    defer { for showing in showings.withLock({ $0 }) { showing.changed(rect) } }
    return try lock.withLock { _ in try body(CanvasPixels(size: size, rect: rect, pixels: pixels)) }
  }

  /// Lends the pixels; they do not change during the call.
  func read<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
    lock.withLock { _ in body(UnsafeRawPointer(pixels)) }
  }

  func add(_ showing: CanvasShowing) { showings.withLock { $0.append(showing) } }
  func remove(_ showing: CanvasShowing) { showings.withLock { $0.removeAll { $0 === showing } } }
}
