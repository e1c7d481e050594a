/// How a TrueColor visual packs red, green and blue.
struct PixelFormat: Hashable {
  let red: UInt
  let green: UInt
  let blue: UInt

  /// Whether a pixel is `0xRRGGBB`.
  var isRGB888: Bool { red == 0xFF0000 && green == 0xFF00 && blue == 0xFF }

  func pixel(_ colour: Colour) -> UInt {
    Self.spread(colour.rgb >> 16 & 0xFF, over: red) | Self.spread(colour.rgb >> 8 & 0xFF, over: green)
      | Self.spread(colour.rgb & 0xFF, over: blue)
  }

  func colour(_ pixel: UInt) -> Colour {
    Colour(
      rgb: Self.gather(pixel, from: red) << 16 | Self.gather(pixel, from: green) << 8 | Self.gather(pixel, from: blue))
  }

  private static func spread(_ value: UInt32, over mask: UInt) -> UInt {
    let shift = UInt(mask.trailingZeroBitCount)
    return ((UInt(value) * (mask >> shift) + 127) / 255) << shift
  }

  private static func gather(_ pixel: UInt, from mask: UInt) -> UInt32 {
    let shift = UInt(mask.trailingZeroBitCount)
    let largest = max(1, mask >> shift)
    return UInt32((((pixel & mask) >> shift) * 255 + largest / 2) / largest)
  }
}
