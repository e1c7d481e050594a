package import Media

/// The luma plane of a decoded picture.
package struct DecodedPicture: Sendable {
  package let size: PixelSize
  /// Limited range, 16…235; rows without padding.
  package let luma: [UInt8]

  /// The similarity to the source: the mean structural similarity of luma, 1 for equal pictures. Nil for another size.
  package func similarity(to source: ImageBitmap) -> Double? {
    guard source.size == size, !luma.isEmpty else { return nil }
    return Sharpness.similarity(of: luma, to: source.luma, size)
  }
}

extension ImageBitmap {
  /// The luma in VP8's colour space: BT.601, limited range.
  fileprivate var luma: [UInt8] {
    (0..<size.width * size.height).map { pixel in
      let (blue, green, red) = (Int(pixels[3 * pixel]), Int(pixels[3 * pixel + 1]), Int(pixels[3 * pixel + 2]))
      return UInt8(16 + (65_481 * red + 128_553 * green + 24_966 * blue + 127_500) / 255_000)
    }
  }
}
