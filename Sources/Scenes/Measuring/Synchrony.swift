/// The A/V sync of a recording: offsets between flashes and beeps that were played at the same time.
package struct Synchrony: Sendable, Hashable, CustomStringConvertible {
  /// A flash and its beep.
  package struct Pair: Sendable, Hashable {
    /// The flash's time in the recording, in seconds.
    package var flash: Double
    /// The beep's delay after the flash, in milliseconds; negative if the sound is early.
    package var offset: Double
  }

  /// In order of the flashes.
  package let pairs: [Pair]
  /// Flashes without a beep, in seconds.
  package let unmatchedFlashes: [Double]
  /// Beeps without a flash, in seconds.
  package let unmatchedBeeps: [Double]

  /// - Parameters:
  ///   - flashes: the time of each, in seconds.
  ///   - beeps: the time of each, in seconds.
  ///   - maximumDistance: the limit between a flash and its beep, in seconds: less than half of the interval between
  ///     flashes.
  package init(flashes: [Double], beeps: [Double], maximumDistance: Double = 0.4) {
    var left = beeps
    var pairs: [Pair] = []
    var unmatched: [Double] = []
    for flash in flashes {
      guard let index = left.indices.min(by: { abs(left[$0] - flash) < abs(left[$1] - flash) }),
        abs(left[index] - flash) <= maximumDistance
      else {
        unmatched.append(flash)
        continue
      }
      pairs.append(Pair(flash: flash, offset: (left.remove(at: index) - flash) * 1000))
    }
    self.pairs = pairs
    unmatchedFlashes = unmatched
    unmatchedBeeps = left
  }

  /// The median offset, in milliseconds; nil without pairs.
  package var median: Double? {
    let sorted = pairs.map(\.offset).sorted()
    guard !sorted.isEmpty else { return nil }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The offset of the largest magnitude, in milliseconds; nil without pairs.
  package var worst: Double? { pairs.map(\.offset).max { abs($0) < abs($1) } }

  /// The growth of the offset per hour, in milliseconds, by linear regression. Nil for fewer than three pairs.
  package var driftPerHour: Double? {
    guard pairs.count >= 3 else { return nil }
    let count = Double(pairs.count)
    let middle = pairs.map(\.flash).reduce(0, +) / count
    let mean = pairs.map(\.offset).reduce(0, +) / count
    let spread = pairs.map { ($0.flash - middle) * ($0.flash - middle) }.reduce(0, +)
    guard spread > 0 else { return nil }
    return pairs.map { ($0.flash - middle) * ($0.offset - mean) }.reduce(0, +) / spread * 3600
  }

  /// The uncertainty of `driftPerHour`, in milliseconds: twice its standard error. Nil for fewer than three pairs.
  package var driftErrorPerHour: Double? {
    guard let slope = driftPerHour else { return nil }
    let count = Double(pairs.count)
    let middle = pairs.map(\.flash).reduce(0, +) / count
    let mean = pairs.map(\.offset).reduce(0, +) / count
    let spread = pairs.map { ($0.flash - middle) * ($0.flash - middle) }.reduce(0, +)
    let rest = pairs.map { $0.offset - mean - slope / 3600 * ($0.flash - middle) }.map { $0 * $0 }.reduce(0, +)
    return 2 * (rest / (count - 2) / spread).squareRoot() * 3600
  }

  package var description: String {
    let list = pairs.map { "\(Self.rounded($0.flash)) s: \(Self.rounded($0.offset)) ms" }.joined(separator: ", ")
    return
      "\(list); without a beep: \(unmatchedFlashes.map(Self.rounded)), without a flash: \(unmatchedBeeps.map(Self.rounded))"
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
