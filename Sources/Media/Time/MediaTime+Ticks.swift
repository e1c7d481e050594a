/// The one conversion between times and counts of a clock's ticks: samples, RTP timestamp units, steps. The product of a count
/// and 10⁹ leaves 64 bits after two days at 48 kHz, so whole seconds and their rest are converted apart.
extension MediaTime {
  /// How long `count` ticks of a clock last that has `rate` of them in a second, rounded down to the nanosecond. Beyond 292 years
  /// it wraps around.
  /// - Parameters:
  ///   - count: ticks; negative ones lie before zero.
  ///   - rate: at least 1, at most 9·10⁹.
  public init(ticks count: Int64, at rate: Int) {
    let rate = Int64(rate)
    var (seconds, rest) = count.quotientAndRemainder(dividingBy: rate)
    if rest < 0 {
      seconds -= 1
      rest += rate
    }
    self.init(nanoseconds: seconds &* 1_000_000_000 &+ rest * 1_000_000_000 / rate)
  }

  /// This time in units of `rate` to the second, rounded down: the same for a time whatever came before, so that nothing
  /// drifts.
  public func ticks(at rate: Int) -> Int64 {
    let rate = Int64(rate)
    var (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 {
      seconds -= 1
      rest += 1_000_000_000
    }
    return seconds &* rate &+ rest * rate / 1_000_000_000
  }

  /// The same, rounded to the nearest (halves away from zero).
  public func roundedTicks(at rate: Int) -> Int64 {
    let rate = Int64(rate)
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds &* rate &+ (rest * rate + (rest < 0 ? -500_000_000 : 500_000_000)) / 1_000_000_000
  }
}
