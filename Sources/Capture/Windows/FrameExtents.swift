import Media

/// The margin around a window that its program draws itself and that is not part of the window to its user: the shadow of GTK's
/// windows. Source: `_GTK_FRAME_EXTENTS`, four widths in pixels: left, right, top, bottom.
struct FrameExtents: Equatable {
  var left = 0
  var right = 0
  var top = 0
  var bottom = 0

  /// No program draws a wider margin; larger values are taken as invalid.
  private static let widest: UInt32 = 1024

  init() {}

  /// No margin if the property holds anything but four numbers in this range.
  init(_ numbers: [UInt32]) {
    guard numbers.count == 4, numbers.allSatisfy({ $0 <= Self.widest }) else { return }
    (left, right, top, bottom) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]), Int(numbers[3]))
  }

  /// `rect` without the margin; `rect` itself if nothing would be left.
  func inside(of rect: PixelRect) -> PixelRect {
    let inner = PixelRect(
      x: rect.x + left, y: rect.y + top, width: rect.width - left - right, height: rect.height - top - bottom)
    return inner.isEmpty ? rect : inner
  }
}
