import CX11
import Media

/// The pointer's picture, cropped to its non-transparent part.
struct CursorShape: Equatable {
  /// The picture's upper left pixel, relative to the pointer's position.
  var offsetX: Int
  var offsetY: Int
  var size: PixelSize
  /// Premultiplied ARGB, rows from top to bottom.
  var pixels: [UInt32]

  /// Crops the transparent border of a `width` × `height` picture whose hotspot is at (`hotspotX`, `hotspotY`).
  init(width: Int, height: Int, hotspotX: Int, hotspotY: Int, pixels: [UInt32]) {
    var shown = PixelRect(x: 0, y: 0, width: 0, height: 0)
    for y in 0..<height {
      for x in 0..<width where pixels[y * width + x] >> 24 != 0 {
        shown = shown.union(PixelRect(x: x, y: y, width: 1, height: 1))
      }
    }
    offsetX = shown.x - hotspotX
    offsetY = shown.y - hotspotY
    size = shown.size
    self.pixels = (shown.y..<shown.maxY).flatMap { y in pixels[y * width + shown.x..<y * width + shown.maxX] }
  }

  /// The shape the server shows now; nil if it cannot be read. Source: XFixes protocol, `GetCursorImage`.
  init?(_ connection: XConnection) {
    guard let image = XFixesGetCursorImage(connection.display) else { return nil }
    defer { XFree(image) }
    let (width, height) = (Int(image.pointee.width), Int(image.pointee.height))
    // Xlib returns each 32-bit pixel in an unsigned long.
    let pixels = (0..<width * height).map { UInt32(truncatingIfNeeded: image.pointee.pixels[$0]) }
    self.init(
      width: width, height: height, hotspotX: Int(image.pointee.xhot), hotspotY: Int(image.pointee.yhot),
      pixels: pixels)
  }

  /// The shape's place with the pointer at (`x`, `y`).
  func rect(x: Int, y: Int) -> PixelRect {
    PixelRect(x: x + offsetX, y: y + offsetY, width: size.width, height: size.height)
  }
}
