import Foundation
import Oriel

/// The default names of a file: `oriel-20261123-180000.webm`, in local time, then with a number appended, for the case
/// that other files were made in the same second.
struct DefaultFileNames: Sequence, IteratorProtocol {
  private static let most = 1000

  private let stem: String
  private let ending: String
  private var number = 0

  init(ending: String) {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    stem = String(
      format: "oriel-%04d%02d%02d-%02d%02d%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
      parts.tm_min, parts.tm_sec)
    self.ending = ending
  }

  mutating func next() -> String? {
    number += 1
    guard number <= Self.most else { return nil }
    return stem + (number == 1 ? "" : "-\(number)") + ".\(ending)"
  }
}
