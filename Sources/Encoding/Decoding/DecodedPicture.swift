package import Media

/// The brightness of a decoded picture.
package struct DecodedPicture: Sendable {
  package let size: PixelSize
  /// As it is coded, 16…235: rows without padding.
  package let luma: [UInt8]

  /// How like its source the picture is: the mean structural similarity of luma, 1 for the same. Nil for another size.
  package func similarity(to source: ImageBitmap) -> Double? {
    guard source.size == size, !luma.isEmpty else { return nil }
    return Sharpness.similarity(of: luma, to: source.luma, size)
  }
}

extension ImageBitmap {
  /// The brightness as VP8 has it: BT.601, limited range.
  fileprivate var luma: [UInt8] {
    (0..<size.width * size.height).map { pixel in
      let (blue, green, red) = (Int(pixels[3 * pixel]), Int(pixels[3 * pixel + 1]), Int(pixels[3 * pixel + 2]))
      return UInt8(16 + (65_481 * red + 128_553 * green + 24_966 * blue + 127_500) / 255_000)
    }
  }
}
