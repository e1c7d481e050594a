/// How well flashes and beeps that left together come together in a recording.
public struct Synchrony: Sendable, Hashable, CustomStringConvertible {
  /// A flash and its beep.
  public struct Pair: Sendable, Hashable {
    /// When the flash is shown, in seconds.
    public var flash: Double
    /// How long after it the beep is heard, in milliseconds; negative where the sound is early.
    public var offset: Double
  }

  /// In their order.
  public let pairs: [Pair]
  /// Flashes without a beep, in seconds.
  public let silentFlashes: [Double]
  /// Beeps without a flash, in seconds.
  public let darkBeeps: [Double]

  /// - Parameters:
  ///   - flashes: when each was seen, in seconds.
  ///   - beeps: when each was heard, in seconds.
  ///   - farthest: how far apart a flash and a beep may be and still belong together, in seconds: less than half of the
  ///     time from one to the next.
  public init(flashes: [Double], beeps: [Double], farthest: Double = 0.4) {
    var left = beeps
    var pairs: [Pair] = []
    var silent: [Double] = []
    for flash in flashes {
      guard let index = left.indices.min(by: { abs(left[$0] - flash) < abs(left[$1] - flash) }),
        abs(left[index] - flash) <= farthest
      else {
        silent.append(flash)
        continue
      }
      pairs.append(Pair(flash: flash, offset: (left.remove(at: index) - flash) * 1000))
    }
    self.pairs = pairs
    silentFlashes = silent
    darkBeeps = left
  }

  /// Of the offsets, in milliseconds; nil without pairs.
  public var median: Double? {
    let sorted = pairs.map(\.offset).sorted()
    guard !sorted.isEmpty else { return nil }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The offset that is farthest from none, in milliseconds; nil without pairs.
  public var worst: Double? { pairs.map(\.offset).max { abs($0) < abs($1) } }

  /// How much the offset grows in an hour, in milliseconds: the slope of the line that fits the offsets best. Nil for less than
  /// three pairs.
  public var driftPerHour: Double? {
    guard pairs.count >= 3 else { return nil }
    let count = Double(pairs.count)
    let middle = pairs.map(\.flash).reduce(0, +) / count
    let mean = pairs.map(\.offset).reduce(0, +) / count
    let spread = pairs.map { ($0.flash - middle) * ($0.flash - middle) }.reduce(0, +)
    guard spread > 0 else { return nil }
    return pairs.map { ($0.flash - middle) * ($0.offset - mean) }.reduce(0, +) / spread * 3600
  }

  /// How far `driftPerHour` may be off, in milliseconds: twice its standard error. Nil for less than three pairs.
  public var driftErrorPerHour: Double? {
    guard let slope = driftPerHour else { return nil }
    let count = Double(pairs.count)
    let middle = pairs.map(\.flash).reduce(0, +) / count
    let mean = pairs.map(\.offset).reduce(0, +) / count
    let spread = pairs.map { ($0.flash - middle) * ($0.flash - middle) }.reduce(0, +)
    let rest = pairs.map { $0.offset - mean - slope / 3600 * ($0.flash - middle) }.map { $0 * $0 }.reduce(0, +)
    return 2 * (rest / (count - 2) / spread).squareRoot() * 3600
  }

  public var description: String {
    let list = pairs.map { "\(Self.rounded($0.flash)) s: \(Self.rounded($0.offset)) ms" }.joined(separator: ", ")
    return
      "\(list); without a beep: \(silentFlashes.map(Self.rounded)), without a flash: \(darkBeeps.map(Self.rounded))"
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
