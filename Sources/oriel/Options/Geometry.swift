import ArgumentParser
import Oriel

/// Parses sizes and rectangles in the form of X11 programs.
enum Geometry {
  /// The longest side that X11 and VP8 support.
  static let longest = 16383

  /// `1280x720`, or `720p` for the same.
  static func parseSize(_ text: String) throws -> PixelSize {
    guard let size = size(text) ?? named(text) else {
      throw ValidationError("write width and height as in 1280x720, each from 1 to \(longest)")
    }
    return size
  }

  /// Sizes such as `720p`: the height of a 16:9 picture.
  private static func named(_ text: String) -> PixelSize? {
    guard text.last?.lowercased() == "p", let height = side(text.dropLast()), 144...4320 ~= height else { return nil }
    return PixelSize(width: (height * 16 / 9 + 1) & ~1, height: height)
  }

  /// `800x600+100+50`; the position may be negative, as in `800x600+-100+50` or `800x600-100+50`.
  static func parseRegion(_ text: String) throws -> PixelRect {
    let mark = text.firstIndex { $0 == "+" || $0 == "-" } ?? text.endIndex
    if let size = size(text[..<mark]) {
      var place = text[mark...]
      if let x = number(&place), let y = number(&place), place.isEmpty {
        return PixelRect(x: x, y: y, width: size.width, height: size.height)
      }
    }
    if let rect = fromNumbers(text) { throw ValidationError("write it as \(rect)") }
    throw ValidationError("write width, height and position as in 800x600+100+50")
  }

  /// The form that Oriel takes for `0,0,800,600` or `0,0 800x600`, the position and size of other programs.
  private static func fromNumbers(_ text: String) -> String? {
    let parts = text.split(separator: /[, x]+/).map { Int($0) }
    guard text.contains(","), parts.count == 4, let x = parts[0], let y = parts[1], let width = parts[2],
      let height = parts[3], x >= 0, y >= 0, 1...longest ~= width, 1...longest ~= height
    else { return nil }
    return "\(width)x\(height)+\(x)+\(y)"
  }

  private static func size(_ text: some StringProtocol) -> PixelSize? {
    let parts = text.split(omittingEmptySubsequences: false) { "xX×".contains($0) }
    guard parts.count == 2, let width = side(parts[0]), let height = side(parts[1]) else { return nil }
    return PixelSize(width: width, height: height)
  }

  private static func side(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), let side = Int(text), 1...longest ~= side
    else { return nil }
    return side
  }

  /// Removes `+100`, `-100` or `+-100` from the front, and returns the number.
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
