internal import CPNG
public import Media

/// A single picture. Source: HTML, `ImageBitmap`.
public struct ImageBitmap: Sendable, Equatable {
  public let size: PixelSize
  /// Blue, green and red, one byte each, row by row from the top, sRGB.
  public let pixels: [UInt8]

  init(size: PixelSize, pixels: [UInt8]) {
    self.size = size
    self.pixels = pixels
  }

  init(black size: PixelSize) {
    self.init(size: size, pixels: [UInt8](repeating: 0, count: size.width * size.height * 3))
  }

  /// The picture as a PNG file's bytes.
  /// - Throws: `ImageCaptureError.encoding` with libpng's reason.
  /// Source: `png_image_write_to_memory`.
  public func png() throws(ImageCaptureError) -> [UInt8] {
    var image = png_image()
    image.version = oriel_png_image_version()
    image.width = UInt32(size.width)
    image.height = UInt32(size.height)
    image.format = oriel_png_format_bgr()
    defer { png_image_free(&image) }
    var file = [UInt8](repeating: 0, count: oriel_png_size_limit(&image))
    var count = file.count
    guard png_image_write_to_memory(&image, &file, &count, 0, pixels, Int32(size.width * 3), nil) != 0 else {
      let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw .encoding("png_image_write_to_memory: \(reason)")
    }
    return Array(file.prefix(count))
  }
}
