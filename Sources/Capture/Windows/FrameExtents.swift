import Media

/// The margin around a window that its program draws itself and nobody takes for a part of it: the shadow, of GTK's windows.
/// Source: `_GTK_FRAME_EXTENTS`, four numbers of pixels, of the left, right, upper and lower side.
struct FrameExtents: Equatable {
  var left = 0
  var right = 0
  var top = 0
  var bottom = 0

  /// No program draws a wider margin; whoever says so means something else.
  private static let widest: UInt32 = 1024

  init() {}

  /// None where the property holds anything else than four numbers of that kind.
  init(_ numbers: [UInt32]) {
    guard numbers.count == 4, numbers.allSatisfy({ $0 <= Self.widest }) else { return }
    (left, right, top, bottom) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]), Int(numbers[3]))
  }

  /// `rect` without the margin; all of it where nothing would be left.
  func inside(of rect: PixelRect) -> PixelRect {
    let inner = PixelRect(
      x: rect.x + left, y: rect.y + top, width: rect.width - left - right, height: rect.height - top - bottom)
    return inner.isEmpty ? rect : inner
  }
}
