import ArgumentParser
import Oriel

/// Parses bit rates and frame rates.
enum Rate {
  /// `2500k`, `2.5M`, `2.5Mbps`, `2500 kbit/s` or `2500000`: bits a second, decimal, from 10k to 1000M.
  static func parseBits(_ text: String) throws -> Int {
    guard let value = bits(text), 10_000...1_000_000_000 ~= value else {
      throw ValidationError("write bits a second as in 2500k or 2.5M, from 10k to 1000M")
    }
    return value
  }

  /// A bit rate of sound: from 5k to 510k, the range of Opus.
  static func parseAudioBits(_ text: String) throws -> Int {
    guard let value = bits(text), 5000...510_000 ~= value else {
      throw ValidationError("write bits a second as in 96k, from 5k to 510k")
    }
    return value
  }

  private static func bits(_ text: String) -> Int? {
    // A capital B is bytes.
    guard !text.contains("B") else { return nil }
    var digits = unit(off: text, ["bps", "bit/s", "bits/s", "b/s", "bit"])
    var factor = 1.0
    switch digits.last {
    case "k", "K": (factor, digits) = (1000, digits.dropLast())
    case "M", "m": (factor, digits) = (1_000_000, digits.dropLast())
    default: break
    }
    return decimal(digits).flatMap { Int(exactly: ($0 * factor).rounded()) }
  }

  /// Pictures a second, from 0.1 to 240: `30` or `30fps`.
  static func parseFrames(_ text: String) throws -> Double {
    guard let value = decimal(unit(off: text, ["fps"])), 0.1...240 ~= value else {
      throw ValidationError("write a number from 0.1 to 240")
    }
    return value
  }

  /// `text` without spaces and without the first of `units` that it ends with, ignoring case.
  private static func unit(off text: String, _ units: [String]) -> Substring {
    let text = text.filter { $0 != " " }
    let unit = units.first { text.lowercased().hasSuffix($0) } ?? ""
    return text.dropLast(unit.count)
  }
}

/// A plain decimal number: no sign, no exponent, no words such as "inf".
func decimal(_ text: Substring) -> Double? {
  guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { return nil }
  return Double(text)
}

/// The user's text in quotes, with control characters replaced.
func quoted(_ text: String) -> String { "\"\(printable(String(text.prefix(60))))\(text.count > 60 ? "…" : "")\"" }
