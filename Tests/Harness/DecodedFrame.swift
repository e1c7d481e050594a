/// A decoded frame.
package struct DecodedFrame: Sendable {
  package enum Format: Sendable {
    /// One byte per pixel: luma as coded, 16…235 for limited range.
    case luma
    /// Red, green and blue bytes, converted as by a player.
    case rgb

    var bytesPerPixel: Int { self == .luma ? 1 : 3 }
    var pixelFormat: String { self == .luma ? "gray" : "rgb24" }
    var filter: String {
      switch self {
      // Not a conversion to grey: that would stretch limited to full range.
      case .luma: "format=yuv420p,extractplanes=y"
      case .rgb: "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=rgb24"
      }
    }
  }

  /// Presentation time in the file, in milliseconds.
  package let milliseconds: Int
  package let width: Int
  package let height: Int
  package let format: Format
  /// Rows without padding: `width × height` pixels of the format.
  package let bytes: [UInt8]

  /// - Precondition: `bytes` contains every row.
  package init(milliseconds: Int, width: Int, height: Int, format: Format, bytes: [UInt8]) {
    precondition(bytes.count == width * height * format.bytesPerPixel, "a picture holds every row")
    self.milliseconds = milliseconds
    self.width = width
    self.height = height
    self.format = format
    self.bytes = bytes
  }

  /// The bytes of a pixel: one of luma, or red, green and blue.
  package func pixel(x: Int, y: Int) -> ArraySlice<UInt8> {
    let start = (y * width + x) * format.bytesPerPixel
    return bytes[start..<(start + format.bytesPerPixel)]
  }
}
