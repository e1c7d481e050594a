import ArgumentParser
import Oriel

/// Lengths of time.
enum Duration {
  /// `90s`, `2m`, `1h` or `90`: up to a year.
  static func parse(_ text: String) throws -> MediaTime {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let value = decimal(unit == nil ? Substring(text) : text.dropLast()), value > 0,
      value * (unit ?? 1) <= 366 * 86400
    else { throw ValidationError("write a length of time as in 90s, 2m, 1h or 90, up to a year") }
    return .seconds(value * (unit ?? 1))
  }
}
