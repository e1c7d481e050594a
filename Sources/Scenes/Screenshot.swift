internal import CX11
package import Media

/// The picture on an X display, read over a connection of its own.
package struct Screenshot: Sendable, Hashable {
  /// The screen's size.
  package let size: PixelSize
  /// Red, green and blue, one byte each, row by row.
  package let pixels: [UInt8]

  /// Takes one by `XGetImage`.
  /// - Parameter display: the X display, such as `:0`; `$DISPLAY` when nil.
  package init(display: String?) throws(SceneError) {
    let connection = try DisplayConnection(display: display)
    defer { connection.close() }
    let screen = connection.screen
    guard
      let image = XGetImage(
        connection.display, connection.root, 0, 0, UInt32(screen.width), UInt32(screen.height), UInt.max, ZPixmap)
    else { throw .displayGone(connection.name) }
    defer { _ = image.pointee.f.destroy_image(image) }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(screen.width * screen.height * 3)
    for y in 0..<screen.height {
      for x in 0..<screen.width {
        let colour = connection.format.colour(image.pointee.f.get_pixel(image, Int32(x), Int32(y)))
        pixels.append(UInt8(truncatingIfNeeded: colour.rgb >> 16))
        pixels.append(UInt8(truncatingIfNeeded: colour.rgb >> 8))
        pixels.append(UInt8(truncatingIfNeeded: colour.rgb))
      }
    }
    size = screen
    self.pixels = pixels
  }

  /// Red, green and blue at a pixel inside the screen.
  package func colour(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let at = (y * size.width + x) * 3
    return (pixels[at], pixels[at + 1], pixels[at + 2])
  }

  /// BT.601 luma, full range.
  package var luma: LumaPlane {
    let samples = (0..<(size.width * size.height)).map { index -> UInt8 in
      let red = 299 * Int(pixels[index * 3])
      let green = 587 * Int(pixels[index * 3 + 1])
      let blue = 114 * Int(pixels[index * 3 + 2])
      return UInt8((red + green + blue + 500) / 1000)
    }
    return LumaPlane(samples: samples, width: size.width, height: size.height)
  }
}
