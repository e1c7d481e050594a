import ArgumentParser
import Oriel

/// Sizes and rectangles as X11 programs write them.
enum Geometry {
  /// The longest side X11 and VP8 know.
  static let longest = 16383

  /// `1280x720`.
  static func parseSize(_ text: String) throws -> PixelSize {
    guard let size = size(text) else {
      throw ValidationError("write width and height as in 1280x720, each from 1 to \(longest)")
    }
    return size
  }

  /// `800x600+100+50`; the place may be negative, as in `800x600+-100+50` or `800x600-100+50`.
  static func parseRegion(_ text: String) throws -> PixelRect {
    let mark = text.firstIndex { $0 == "+" || $0 == "-" } ?? text.endIndex
    if let size = size(text[..<mark]) {
      var place = text[mark...]
      if let x = number(&place), let y = number(&place), place.isEmpty {
        return PixelRect(x: x, y: y, width: size.width, height: size.height)
      }
    }
    throw ValidationError("write width, height and place as in 800x600+100+50")
  }

  private static func size(_ text: some StringProtocol) -> PixelSize? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = side(parts[0]), let height = side(parts[1]) else { return nil }
    return PixelSize(width: width, height: height)
  }

  private static func side(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), let side = Int(text), 1...longest ~= side
    else { return nil }
    return side
  }

  /// Takes `+100`, `-100` or `+-100` off the front.
  private static func number(_ text: inout Substring) -> Int? {
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    var rest = text.dropFirst()
    var isNegative = sign == "-"
    if sign == "+", rest.first == "-" {
      isNegative = true
      rest = rest.dropFirst()
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let value = Int(digits), value <= 32767 else { return nil }
    text = rest.dropFirst(digits.count)
    return isNegative ? -value : value
  }
}
