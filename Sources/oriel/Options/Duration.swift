import ArgumentParser
import Oriel

/// Parses lengths of time.
enum Duration {
  private static let units: [String: Double] = [
    "": 1, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "mins": 60, "minute": 60,
    "minutes": 60, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
  ]

  /// `90s`, `2m`, `5min`, `1h30m` or `90`: up to a year.
  static func parse(_ text: String) throws -> MediaTime {
    if let clock = fromClock(text) {
      throw ValidationError("write it as \(clock)")
    }
    var total = 0.0
    var rest = Substring(text.lowercased())
    repeat {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count).drop { $0 == " " }
      guard let value = decimal(number), let factor = units[String(unit)], !unit.isEmpty || (total == 0 && rest.isEmpty)
      else { throw ValidationError(advice) }
      total += value * factor
    } while !rest.isEmpty
    guard total > 0, total <= 366 * 86400 else { throw ValidationError(advice) }
    return .seconds(total)
  }

  private static let advice = "write a length of time as in 90s, 2m, 1h or 90, up to a year"

  /// The form that Oriel takes for a clock time such as `00:10` or `1:02:03`; nil for other texts.
  private static func fromClock(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard 2...3 ~= parts.count, parts.allSatisfy({ $0.map { 0...9999 ~= $0 } ?? false }) else { return nil }
    let units = parts.count == 2 ? ["m", "s"] : ["h", "m", "s"]
    let words = zip(parts, units).filter { $0.0 != 0 }.map { "\($0.0 ?? 0)\($0.1)" }.joined()
    return words.isEmpty ? nil : words
  }
}
