/// An sRGB colour, `0xRRGGBB`.
struct Colour: Hashable, ExpressibleByIntegerLiteral {
  let rgb: UInt32

  init(integerLiteral value: UInt32) { rgb = value }
  init(rgb: UInt32) { self.rgb = rgb }

  static let white: Colour = 0xFFFFFF
  static let black: Colour = 0x000000

  /// The linear blend with another colour: `self` at part 0, `other` at part `parts`.
  func blended(to other: Colour, part: Int, of parts: Int) -> Colour {
    func channel(_ shift: UInt32) -> UInt32 {
      let from = Int(rgb >> shift & 0xFF)
      let to = Int(other.rgb >> shift & 0xFF)
      return UInt32(from + (to - from) * part / max(1, parts)) << shift
    }
    return Colour(rgb: channel(16) | channel(8) | channel(0))
  }
}

/// How a TrueColor visual packs red, green and blue.
struct TrueColorFormat: Hashable {
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
