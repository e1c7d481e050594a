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
